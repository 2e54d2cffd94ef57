package io.ringfence.verifier.operations;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Action;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Endpoint;
import io.ringfence.model.NamePattern;
import io.ringfence.model.Place;
import io.ringfence.model.Principal;
import io.ringfence.model.Tenant;
import io.ringfence.model.Workload;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Finds what each principal may do under the rules that go through gateways. */
public final class Grants {
  private final Directory directory;
  private final Blueprint blueprint;

  /** Every pair of tenants asks for every rule's, so each is made once. */
  private final Map<AccessRule, List<Grant>> underRule = new ConcurrentHashMap<>();

  /** Every pattern of something that holds a tenant's data. */
  private final NameIndex<NamePattern> owned = new NameIndex<>();

  public Grants(Directory directory) {
    this.directory = directory;
    this.blueprint = directory.blueprint();
    for (Tenant owner : blueprint.tenants().values()) {
      patterns(owner).forEach(p -> owned.put(p, p));
    }
  }

  /** The grants of a rule, in the order of its ends and the workloads; none without a role. */
  public List<Grant> under(AccessRule rule) {
    return underRule.computeIfAbsent(rule, this::make);
  }

  private List<Grant> make(AccessRule rule) {
    List<Grant> out = new ArrayList<>();
    if (rule.through().isPresent() && rule.role().isPresent()) {
      rule.from().forEach(from -> addEnd(rule, from, out));
    }
    return List.copyOf(out);
  }

  private void addEnd(AccessRule rule, Endpoint from, List<Grant> out) {
    if (from.place() instanceof Place.OfTenant of) {
      addTenant(rule, of, out);
      return;
    }
    for (Workload workload : directory.workloads(from.place())) {
      workload.identity().ifPresent(id -> addWorkload(rule, workload, id, out));
    }
  }

  /**
   * A workload that is nobody's by its identity may bear a token of any tenant that takes them;
   * under {@code tenants: all} that adds nothing.
   */
  private void addWorkload(AccessRule rule, Workload workload, String id, List<Grant> out) {
    List<String> tenants = tenants(id);
    AddressSet sources = directory.addresses(workload);
    if (tenants.size() <= 1) {
      Optional<String> tenant = tenants.stream().findFirst();
      out.add(grant(rule, workload.name(), Principal.of(id), sources, tenant));
    }
    boolean bears = tenants.isEmpty() && !rule.allTenants();
    for (Tenant tenant : bears ? blueprint.tenants().values() : List.<Tenant>of()) {
      if (takesTokens(tenant)) {
        Optional<String> name = Optional.of(tenant.name());
        String bearer = workload.name() + " with a token of " + tenant.name();
        out.add(grant(rule, bearer, new Principal(Optional.of(id), name), sources, name));
      }
    }
  }

  private static boolean takesTokens(Tenant tenant) {
    return tenant.members().stream().anyMatch(m -> m instanceof Tenant.Member.Claim);
  }

  /** Whoever bears the tenant's token, and each of its identities, sends from anywhere there. */
  private void addTenant(AccessRule rule, Place.OfTenant of, List<Grant> out) {
    Tenant tenant = blueprint.tenants().get(of.tenant());
    Optional<String> name = Optional.of(tenant.name());
    AddressSet sources = directory.ruleAddresses(of.at());
    if (takesTokens(tenant)) {
      Principal bearer = new Principal(Optional.empty(), name);
      out.add(grant(rule, "members of " + tenant.name(), bearer, sources, name));
    }
    for (Tenant.Member member : tenant.members()) {
      if (member instanceof Tenant.Member.Spiffe spiffe && tenants(spiffe.id()).size() == 1) {
        Principal principal = Principal.of(spiffe.id());
        out.add(grant(rule, holder(spiffe.id()).orElse(spiffe.id()), principal, sources, name));
      }
    }
  }

  /** The workload whose identity this is; none for a person's. */
  public Optional<String> holder(String spiffeId) {
    return directory.holder(spiffeId).map(Workload::name);
  }

  /** The tenants that an identity alone makes a member of. */
  public List<String> tenants(String spiffeId) {
    return directory.tenants(spiffeId).stream().map(Tenant::name).toList();
  }

  private Grant grant(
      AccessRule rule,
      String name,
      Principal principal,
      AddressSet sources,
      Optional<String> tenant) {
    EnumSet<Action> actions = EnumSet.noneOf(Action.class);
    rule.role().map(blueprint.roles()::get).ifPresent(r -> actions.addAll(r.actions()));
    Set<Action> sorted = Collections.unmodifiableSet(actions);
    return new Grant(rule, name, principal, sources, tenant, sorted, collections(rule, tenant));
  }

  /** What is listed and nobody's; what is the tenant's own, or everybody's for all tenants. */
  private List<NameSet> collections(AccessRule rule, Optional<String> tenant) {
    List<NameSet> out = new ArrayList<>();
    for (Tenant owner : reached(rule, tenant)) {
      owner.collections().forEach(p -> addListed(rule, List.of(p), Optional.empty(), out));
      owner.rows().ifPresent(r -> addRows(rule, r, out));
    }
    for (NamePattern listed : rule.collections()) {
      List<NamePattern> taken = List.copyOf(owned.sharing(listed));
      NameSet unowned = new NameSet(List.of(listed), taken, Optional.empty());
      unowned.example().ifPresent(name -> out.add(unowned));
    }
    return out;
  }

  /** The tenants whose data a rule may grant. */
  private Collection<Tenant> reached(AccessRule rule, Optional<String> tenant) {
    return rule.allTenants()
        ? blueprint.tenants().values()
        : tenant.map(blueprint.tenants()::get).stream().toList();
  }

  private static void addRows(AccessRule rule, Tenant.Rows rows, List<NameSet> out) {
    List<NamePattern> name = List.of(new NamePattern(rows.collection()));
    Optional<String> key = rule.allTenants() ? Optional.empty() : Optional.of(rows.key());
    addListed(rule, name, key, out);
  }

  private static void addListed(
      AccessRule rule, List<NamePattern> owned, Optional<String> key, List<NameSet> out) {
    List<NameSet> sets = new ArrayList<>();
    if (rule.collections().isEmpty()) {
      sets.add(new NameSet(owned, List.of(), key));
    }
    for (NamePattern listed : rule.collections()) {
      List<NamePattern> both = new ArrayList<>(owned);
      both.add(listed);
      sets.add(new NameSet(both, List.of(), key));
    }
    sets.stream().filter(s -> s.example().isPresent()).forEach(out::add);
  }

  /** The patterns of everything that holds a tenant's data. */
  public static List<NamePattern> patterns(Tenant tenant) {
    List<NamePattern> out = new ArrayList<>(tenant.collections());
    tenant.rows().ifPresent(r -> out.add(new NamePattern(r.collection())));
    return out;
  }
}
