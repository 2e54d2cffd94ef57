package io.ringfence.targets.nftables;

import io.ringfence.model.AccessRule;
import io.ringfence.model.AddressRange;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Encryption;
import io.ringfence.model.Endpoint;
import io.ringfence.model.NamePattern;
import io.ringfence.model.Place;
import io.ringfence.model.SourceLocation;
import io.ringfence.model.UserSet;
import io.ringfence.model.Words;
import io.ringfence.verifier.projection.NetworkProjection;
import io.ringfence.verifier.projection.Permit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a rule asks for and no packet filter enforces, and who enforces it instead.
 *
 * @param what in the user's words
 * @param enforcer for instance {@code gateway `gateway`}
 */
public record Residue(String rule, Part part, String what, String enforcer, SourceLocation at) {
  /** The part of a rule that is left over. */
  public enum Part implements Words {
    ROLE,
    COLLECTIONS,
    TENANT,
    SESSION,
    CONDITION,
    ENCRYPTION,
    FQDN,
    USER
  }

  /** One sentence. */
  public String text() {
    return "`" + rule + "`: " + what + " is enforced by " + enforcer + ", not by nftables";
  }

  /** What a machine's ruleset leaves to others of the rules that it has, in the rules' order. */
  public static List<Residue> of(NetworkProjection projection, Placement placement) {
    Set<String> here =
        permits(projection, placement).stream()
            .map(Permit::rule)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    List<Residue> out = new ArrayList<>();
    for (AccessRule rule : projection.directory().blueprint().rules()) {
      if (here.contains(rule.name())) {
        out.addAll(of(projection.directory().blueprint(), rule));
        out.addAll(users(projection, placement, rule));
      }
    }
    return List.copyOf(out);
  }

  /** Who sends on another host cannot be seen here. */
  private static List<Residue> users(
      NetworkProjection projection, Placement placement, AccessRule rule) {
    Map<String, UserSet> usersByHost = new TreeMap<>();
    for (Permit permit : projection.permits()) {
      if (permit.rule().equals(rule.name()) && !permit.users().isAll()) {
        for (AddressRange range : permit.from().ranges()) {
          String host = projection.topology().hostAt(range.first()).orElseThrow().name();
          if (!host.equals(placement.name())) {
            usersByHost.merge(host, permit.users(), UserSet::union);
          }
        }
      }
    }
    List<Residue> out = new ArrayList<>();
    usersByHost.forEach(
        (host, users) ->
            out.add(
                new Residue(
                    rule.name(),
                    Part.USER,
                    "that only user " + users + " sends",
                    "host `" + host + "`",
                    rule.at())));
    return out;
  }

  private static List<Permit> permits(NetworkProjection projection, Placement placement) {
    return switch (placement) {
      case Placement.AtHost at -> {
        List<Permit> both = new ArrayList<>(projection.into(at.host()));
        both.addAll(projection.outOf(at.host()));
        yield both;
      }
      case Placement.AtRouter at -> projection.across(at.router());
    };
  }

  private static List<Residue> of(Blueprint blueprint, AccessRule rule) {
    String gateway = rule.through().map(g -> "gateway `" + g + "`").orElse("both ends themselves");
    Collector out = new Collector(rule, new ArrayList<>());
    rule.role().ifPresent(r -> out.add(Part.ROLE, "role `" + r + "`", gateway));
    if (!rule.collections().isEmpty()) {
      out.add(Part.COLLECTIONS, "the bound to collections " + patterns(rule), gateway);
    }
    if (rule.role().isPresent() && !rule.allTenants() && !blueprint.tenants().isEmpty()) {
      out.add(Part.TENANT, "the bound to the tenant's own data", gateway);
    }
    rule.from().stream()
        .map(Endpoint::place)
        .filter(Place.OfTenant.class::isInstance)
        .forEach(p -> out.add(Part.TENANT, "that only " + p.text() + " sends", gateway));
    if (rule.session().isPresent()) {
      out.add(Part.SESSION, "the session", gateway);
    }
    rule.when().ifPresent(w -> out.add(Part.CONDITION, "the condition", gateway));
    rule.encryption()
        .filter(e -> e != Encryption.NONE)
        .ifPresent(e -> out.add(Part.ENCRYPTION, "encryption `" + e.text() + "`", gateway));
    for (Endpoint to : rule.to()) {
      if (to.place() instanceof Place.OfFqdn name) {
        out.add(Part.FQDN, "which addresses `" + name.fqdn() + "` has", resolvers(blueprint));
      }
    }
    return out.found();
  }

  private record Collector(AccessRule rule, List<Residue> found) {
    void add(Part part, String what, String enforcer) {
      found.add(new Residue(rule.name(), part, what, enforcer, rule.at()));
    }
  }

  private static String patterns(AccessRule rule) {
    return rule.collections().stream()
        .map(NamePattern::toString)
        .map(p -> "`" + p + "`")
        .collect(Collectors.joining(", "));
  }

  private static String resolvers(Blueprint blueprint) {
    String names =
        blueprint.resolvers().stream().map(r -> "`" + r + "`").collect(Collectors.joining(", "));
    return "the agent, which fills a set from the answers of "
        + (names.isEmpty() ? "the resolvers, of which there are none" : names);
  }
}
