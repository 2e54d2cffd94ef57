package io.ringfence.model;

import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The declarative description of a deployment and of who may talk to whom; the single source of
 * intent. Maps are by name, in the order declared.
 *
 * <p>INVARIANT (resolved): every name that something refers to is declared here, and no address is
 * claimed twice.
 *
 * @param hosts the declared hosts only; see {@link Topology} for the hosts there are
 * @param routers the declared routers only; see {@link Topology}
 */
public record Blueprint(
    String name,
    Map<String, Segment> segments,
    Map<String, Workload> workloads,
    List<String> resolvers,
    Optional<Management> management,
    Map<String, Tenant> tenants,
    Map<String, Role> roles,
    Map<String, Gateway> gateways,
    List<AccessRule> access,
    List<AccessRule> egress,
    List<Guardrail> guardrails,
    List<BlueprintTest> tests,
    Map<String, Host> hosts,
    Map<String, Router> routers,
    List<Link> links) {
  public static final String INTERNET = "internet";

  /** The names of the rules that sections other than access and egress stand for. */
  public static final String MANAGEMENT_RULE = "management";

  public static final String RESOLVERS_RULE = "resolvers";

  public Blueprint {
    segments = frozen(segments);
    workloads = frozen(workloads);
    resolvers = List.copyOf(resolvers);
    tenants = frozen(tenants);
    roles = frozen(roles);
    gateways = frozen(gateways);
    access = List.copyOf(access);
    egress = List.copyOf(egress);
    guardrails = List.copyOf(guardrails);
    tests = List.copyOf(tests);
    hosts = frozen(hosts);
    routers = frozen(routers);
    links = List.copyOf(links);
  }

  /** Maps that are frozen already are shared, so that an edit costs what it changes. */
  private static <T> Map<String, T> frozen(Map<String, T> map) {
    return map instanceof Frozen<T> ? map : new Frozen<>(new LinkedHashMap<>(map));
  }

  private static final class Frozen<T> extends AbstractMap<String, T> {
    private final Map<String, T> map;

    Frozen(Map<String, T> map) {
      this.map = Collections.unmodifiableMap(map);
    }

    @Override
    public Set<Map.Entry<String, T>> entrySet() {
      return map.entrySet();
    }

    @Override
    public Set<String> keySet() {
      return map.keySet();
    }

    @Override
    public Collection<T> values() {
      return map.values();
    }

    @Override
    public T get(Object name) {
      return map.get(name);
    }

    @Override
    public boolean containsKey(Object name) {
      return map.containsKey(name);
    }

    @Override
    public int size() {
      return map.size();
    }
  }

  /** The same deployment with other access and egress rules. */
  public Blueprint withRules(List<AccessRule> access, List<AccessRule> egress) {
    return new Blueprint(
        name,
        segments,
        workloads,
        resolvers,
        management,
        tenants,
        roles,
        gateways,
        access,
        egress,
        guardrails,
        tests,
        hosts,
        routers,
        links);
  }

  /** The same deployment with other roles. */
  public Blueprint withRoles(Map<String, Role> others) {
    return new Blueprint(
        name,
        segments,
        workloads,
        resolvers,
        management,
        tenants,
        others,
        gateways,
        access,
        egress,
        guardrails,
        tests,
        hosts,
        routers,
        links);
  }

  /** True when the other one is the same but for its access and egress rules. */
  public boolean differsInRulesOnly(Blueprint other) {
    return withRules(List.of(), List.of()).equals(other.withRules(List.of(), List.of()));
  }

  /**
   * An equal blueprint that has the other's own parts where they are equal and the two differ in
   * rules only: to compare it with the other then costs little, whatever the size.
   */
  public Blueprint sharing(Blueprint other) {
    return other.differsInRulesOnly(this)
        ? other.withRules(sharing(access, other.access), sharing(egress, other.egress))
        : this;
  }

  private static List<AccessRule> sharing(List<AccessRule> rules, List<AccessRule> others) {
    Map<String, AccessRule> byName = new HashMap<>();
    others.forEach(r -> byName.put(r.name(), r));
    return rules.stream()
        .map(r -> r.equals(byName.get(r.name())) ? byName.get(r.name()) : r)
        .toList();
  }

  /**
   * All rules that permit, in the order that names the first of several: access, egress, and what
   * {@code management:} and {@code resolvers:} stand for.
   */
  public List<AccessRule> rules() {
    return rules(management.map(this::managementRule), resolversRule());
  }

  /** The same, with what sections stand for made already. */
  List<AccessRule> rules(Optional<AccessRule> ofManagement, Optional<AccessRule> ofResolvers) {
    List<AccessRule> out = new ArrayList<>(access);
    out.addAll(egress);
    ofManagement.ifPresent(out::add);
    ofResolvers.ifPresent(out::add);
    return List.copyOf(out);
  }

  /** The rule of that name among {@link #rules()}. */
  public Optional<AccessRule> rule(String name) {
    return rules().stream().filter(r -> r.name().equals(name)).findFirst();
  }

  private AccessRule managementRule(Management management) {
    List<Endpoint> to =
        workloads.values().stream()
            .filter(w -> segments.get(w.segment()).isolation() != Isolation.PHYSICAL)
            .map(w -> endpoint(w.name(), management.ports(), management.at()))
            .toList();
    return AccessRule.direct(
        MANAGEMENT_RULE,
        AccessRule.Origin.MANAGEMENT,
        management.from(),
        to,
        Optional.empty(),
        management.at());
  }

  /** What {@code resolvers:} stands for, if some rule is for a name. */
  Optional<AccessRule> resolversRule() {
    List<AccessRule> byName =
        egress.stream()
            .filter(r -> r.to().stream().anyMatch(e -> e.place() instanceof Place.OfFqdn))
            .toList();
    if (byName.isEmpty() || resolvers.isEmpty()) {
      return Optional.empty();
    }
    List<Endpoint> from = byName.stream().flatMap(r -> r.from().stream()).distinct().toList();
    PortSet dns = PortSet.of(Protocol.UDP, 53).union(PortSet.of(Protocol.TCP, 53));
    SourceLocation at = byName.getFirst().at();
    List<Endpoint> to = resolvers.stream().map(r -> endpoint(r, dns, at)).toList();
    return Optional.of(
        AccessRule.direct(
            RESOLVERS_RULE, AccessRule.Origin.RESOLVERS, from, to, Optional.empty(), at));
  }

  private static Endpoint endpoint(String workload, PortSet ports, SourceLocation at) {
    return new Endpoint(new Place.OfWorkload(workload), new Endpoint.Ports.Explicit(ports), at);
  }
}
