package io.ringfence.language;

import io.ringfence.language.YamlNode.Entry;
import io.ringfence.language.YamlNode.Scalar;
import io.ringfence.model.Address;
import io.ringfence.model.NamePattern;
import io.ringfence.model.Segment;
import io.ringfence.model.Separation;
import io.ringfence.model.SourceLocation;
import io.ringfence.model.Tenant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@code tenants:}. */
final class TenantReader {
  private final Reading reading;
  private final Claims claims;
  private final Map<String, Segment> segments;
  private final Map<Tenant.Member, String> members = new HashMap<>();
  private final List<Owned> owned = new ArrayList<>();

  /** Collections that a tenant owns. */
  private record Owned(
      String tenant, NamePattern pattern, boolean rows, String key, SourceLocation at) {}

  TenantReader(Reading reading, Claims claims, Map<String, Segment> segments) {
    this.reading = reading;
    this.claims = claims;
    this.segments = segments;
  }

  Map<String, Tenant> read() {
    Map<String, Tenant> out = reading.named("tenants", this::tenant);
    apart();
    return out;
  }

  private Optional<Tenant> tenant(Entry entry, Fields fields) {
    String name = entry.key().text();
    List<Tenant.Member> who = members(name, fields);
    List<NamePattern> collections = collections(name, fields);
    Optional<Tenant.Rows> rows = rows(name, fields);
    Optional<Tenant.PrivateEndpoint> endpoint = endpoint(name, fields);
    Optional<Separation> separation =
        fields.text("separation").map(t -> Values.word(Separation.values(), t));
    separation.ifPresent(s -> coherent(s, entry, fields));
    return separation.map(
        s ->
            new Tenant(
                name,
                who,
                s,
                prefix(s, fields, collections),
                collections,
                rows,
                endpoint,
                entry.key().at()));
  }

  private List<Tenant.Member> members(String tenant, Fields fields) {
    List<Tenant.Member> out = new ArrayList<>();
    for (YamlNode node : fields.items("members")) {
      Optional<Tenant.Member> member =
          node instanceof Scalar s
              ? reading.values().spiffe(s).map(Tenant.Member.Spiffe::new)
              : Fields.of(node, fields.refused()).flatMap(TenantReader::claim);
      member.ifPresent(m -> join(m, tenant, node));
      member.ifPresent(out::add);
    }
    return out;
  }

  private static Optional<Tenant.Member> claim(Fields fields) {
    Optional<String> issuer = fields.text("issuer");
    Optional<String> claim = fields.text("claim");
    Optional<String> value = fields.text("value");
    return issuer.isPresent() && claim.isPresent() && value.isPresent()
        ? Optional.of(new Tenant.Member.Claim(issuer.get(), claim.get(), value.get()))
        : Optional.empty();
  }

  /** A member of two tenants would be denied everything. */
  private void join(Tenant.Member member, String tenant, YamlNode node) {
    String first = members.putIfAbsent(member, tenant);
    if (first != null) {
      String who = member instanceof Tenant.Member.Spiffe s ? Said.quote(s.id()) : "this claim";
      reading
          .problems()
          .error(
              node.at(),
              who
                  + " is a member of tenant "
                  + Said.quote(first)
                  + (first.equals(tenant) ? " already" : " already; nobody is a member of two"));
    }
  }

  private List<NamePattern> collections(String tenant, Fields fields) {
    List<NamePattern> out = new ArrayList<>();
    for (Scalar scalar : fields.scalars("collections")) {
      NamePattern pattern = new NamePattern(scalar.text());
      out.add(pattern);
      owned.add(new Owned(tenant, pattern, false, "", scalar.at()));
      fields
          .text("prefix")
          .filter(p -> !Globs.prefix(pattern).startsWith(p))
          .ifPresent(
              p ->
                  reading
                      .problems()
                      .error(
                          scalar.at(),
                          Said.quote(scalar.text())
                              + " does not begin with the prefix "
                              + Said.quote(p)));
    }
    if (!fields.has("collections")) {
      fields
          .scalar("prefix")
          .ifPresent(
              p -> {
                NamePattern all = new NamePattern(p.text() + "*");
                out.add(all);
                owned.add(new Owned(tenant, all, false, "", p.at()));
              });
    }
    return out;
  }

  /** The prefix as written, or what the only pattern of own names gives. */
  private static Optional<String> prefix(
      Separation separation, Fields fields, List<NamePattern> collections) {
    Optional<String> written = fields.text("prefix");
    if (written.isPresent() || separation != Separation.NAMES || collections.size() != 1) {
      return written;
    }
    String only = collections.getFirst().text();
    boolean open = only.length() > 1 && only.indexOf('*') == only.length() - 1;
    return open ? Optional.of(only.substring(0, only.length() - 1)) : Optional.empty();
  }

  private Optional<Tenant.Rows> rows(String tenant, Fields fields) {
    Optional<Fields> rows = fields.fields("rows");
    Optional<String> collection = rows.flatMap(r -> r.text("collection"));
    Optional<String> key = rows.flatMap(r -> r.text("key"));
    if (collection.isEmpty() || key.isEmpty()) {
      return Optional.empty();
    }
    SourceLocation at = rows.get().at();
    if (collection.get().contains("*")) {
      reading.problems().error(at, "`rows` names one collection, without `*`");
    }
    owned.add(new Owned(tenant, new NamePattern(collection.get()), true, key.get(), at));
    return Optional.of(new Tenant.Rows(collection.get(), key.get()));
  }

  private Optional<Tenant.PrivateEndpoint> endpoint(String tenant, Fields fields) {
    Optional<Fields> endpoint = fields.fields("endpoint");
    Optional<String> gateway =
        endpoint
            .flatMap(e -> e.scalar("of"))
            .flatMap(s -> reading.names().resolve(Names.Kind.GATEWAY, s));
    Optional<Scalar> written = endpoint.flatMap(e -> e.scalar("private"));
    Optional<Address> address = written.flatMap(reading.values()::address);
    address.ifPresent(a -> inSegment(a, tenant, written.get().at()));
    return address.isPresent() && gateway.isPresent()
        ? Optional.of(new Tenant.PrivateEndpoint(address.get(), gateway.get()))
        : Optional.empty();
  }

  private void inSegment(Address address, String tenant, SourceLocation at) {
    claims.address(address, "the private endpoint of tenant " + Said.quote(tenant), at);
    boolean inside =
        segments.values().stream()
            .anyMatch(s -> s.networks().stream().anyMatch(n -> n.contains(address)));
    if (!inside) {
      reading
          .problems()
          .error(
              at,
              "private endpoint "
                  + Said.quote(address.toString())
                  + " lies in no segment's network");
    }
  }

  private void coherent(Separation separation, Entry entry, Fields fields) {
    boolean filter = separation == Separation.FILTER;
    if (filter != fields.has("rows")) {
      error(
          entry,
          filter
              ? "is separated by filter and lacks `rows`"
              : "has `rows`, which only separation `filter` takes");
    }
    if (filter && (fields.has("prefix") || fields.has("collections"))) {
      error(entry, "is separated by filter: it owns `rows`, no collections or prefix");
    }
    if (separation == Separation.NAMES && !fields.has("prefix") && !fields.has("collections")) {
      error(entry, "is separated by names and lacks `prefix` or `collections`");
    }
    if (separation == Separation.NATIVE && fields.has("prefix")) {
      error(entry, "has `prefix`, which only separation `names` takes");
    }
  }

  private void error(Entry entry, String message) {
    reading
        .problems()
        .error(entry.key().at(), "tenant " + Said.quote(entry.key().text()) + " " + message);
  }

  /** INVARIANT (one owner): no collection is owned by two tenants, but for rows of a shared one. */
  private void apart() {
    List<Owned> sorted = new ArrayList<>(owned);
    sorted.sort(Comparator.comparing(o -> Globs.prefix(o.pattern())));
    for (int i = 0; i < sorted.size(); i++) {
      String prefix = Globs.prefix(sorted.get(i).pattern());
      for (int j = i + 1; j < sorted.size(); j++) {
        if (!Globs.prefix(sorted.get(j).pattern()).startsWith(prefix)) {
          break;
        }
        apart(sorted.get(i), sorted.get(j));
      }
    }
  }

  private void apart(Owned a, Owned b) {
    boolean sharedRows = a.rows() && b.rows() && a.key().equals(b.key());
    if (!a.tenant().equals(b.tenant()) && !sharedRows && Globs.meet(a.pattern(), b.pattern())) {
      boolean inOrder = owned.indexOf(a) < owned.indexOf(b);
      Owned first = inOrder ? a : b;
      Owned second = inOrder ? b : a;
      reading
          .problems()
          .error(
              second.at(),
              Said.quote(second.pattern().text())
                  + " of tenant "
                  + Said.quote(second.tenant())
                  + " overlaps "
                  + Said.quote(first.pattern().text())
                  + " of tenant "
                  + Said.quote(first.tenant())
                  + " at "
                  + first.at());
    }
  }
}
