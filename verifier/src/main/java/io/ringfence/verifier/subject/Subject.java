package io.ringfence.verifier.subject;

import io.ringfence.decision.Authorizer;
import io.ringfence.model.AccessRule;
import io.ringfence.model.Address;
import io.ringfence.model.AddressRange;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Flow;
import io.ringfence.model.Guardrail;
import io.ringfence.model.PortRange;
import io.ringfence.model.PortSet;
import io.ringfence.model.Request;
import io.ringfence.model.Segment;
import io.ringfence.model.Tenant;
import io.ringfence.model.Topology;
import io.ringfence.model.Workload;
import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.flows.FlowSpace;
import io.ringfence.verifier.operations.Grants;
import io.ringfence.verifier.projection.NetworkProjection;
import io.ringfence.verifier.projection.Permit;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The blueprint that is verified, and what its analyses share. For one thread; what is beside it is
 * for another.
 */
public final class Subject {
  /** Sets of flows are never freed; past so many nodes an edit begins a new space. */
  private static final int SPACE_NODES_MAX = 1 << 21;

  private final Directory directory;
  private final NetworkProjection projection;
  private final ForbiddenFlows forbidden;
  private final PermittedFlows permitted;
  private final Hosts hosts;
  private final Witnesses witnesses;
  private final Authorizer authorizer;
  private final Grants grants;
  private final List<AccessRule> rules;

  /** What sets of flows there are, of this thread. */
  private FlowSpace space;

  private FlowSet permittedSet;
  private final Map<String, FlowSet> flowsByRule = new HashMap<>();

  public Subject(Directory directory) {
    this.directory = directory;
    this.projection = new NetworkProjection(directory);
    this.forbidden = new ForbiddenFlows(projection);
    this.permitted = new PermittedFlows(projection, forbidden);
    this.hosts = new Hosts(projection.topology(), directory);
    this.witnesses = new Witnesses(directory, hosts);
    this.authorizer = new Authorizer(directory, projection.topology());
    this.grants = new Grants(directory);
    this.rules = directory.rules();
  }

  private Subject(Subject other) {
    this.directory = other.directory;
    this.projection = other.projection;
    this.forbidden = other.forbidden;
    this.permitted = other.permitted;
    this.hosts = other.hosts;
    this.witnesses = other.witnesses;
    this.authorizer = other.authorizer;
    this.grants = other.grants;
    this.rules = other.rules;
  }

  private Subject(Subject other, Directory directory, Set<String> changed) {
    this.directory = directory;
    this.projection = other.projection.after(directory, changed);
    this.forbidden = other.forbidden.after(projection);
    boolean excepted = forbidden.forbidding().stream().anyMatch(g -> isAny(g.except(), changed));
    this.permitted =
        excepted
            ? new PermittedFlows(projection, forbidden)
            : other.permitted.after(projection, forbidden, changed);
    this.hosts = other.hosts;
    this.witnesses = other.witnesses;
    this.authorizer = new Authorizer(directory, projection.topology());
    this.grants = other.grants;
    this.rules = directory.rules();
    boolean known = changed.stream().allMatch(r -> knows(other.space(), r));
    if (known && other.space().size() < SPACE_NODES_MAX) {
      this.space = other.space();
      flowsByRule.putAll(other.flowsByRule);
      flowsByRule.keySet().removeAll(changed);
    }
  }

  private static boolean isAny(List<String> rules, Set<String> changed) {
    return rules.stream().anyMatch(changed::contains);
  }

  private boolean knows(FlowSpace known, String rule) {
    return permits(rule).stream()
        .allMatch(p -> p.fqdn().stream().allMatch(known.names()::contains));
  }

  /**
   * How a blueprint differs that is this one but for some rules; absent when it differs in more, or
   * in the order of its rules.
   */
  public Optional<Edit> edit(Blueprint edited) {
    if (!blueprint().differsInRulesOnly(edited)) {
      return Optional.empty();
    }
    Directory next = directory.after(edited);
    Optional<Set<String>> changed = RuleChanges.between(rules, next.rules());
    return changed.map(c -> Edit.of(this, new Subject(this, next, c), c));
  }

  /** The same subject for another thread; sets of flows of the two do not mix. */
  public Subject beside() {
    return new Subject(this);
  }

  public Directory directory() {
    return directory;
  }

  public Blueprint blueprint() {
    return directory.blueprint();
  }

  /** All rules, those that sections stand for included. */
  public List<AccessRule> rules() {
    return rules;
  }

  public NetworkProjection projection() {
    return projection;
  }

  public Topology topology() {
    return projection.topology();
  }

  public ForbiddenFlows forbidden() {
    return forbidden;
  }

  public PermittedFlows permitted() {
    return permitted;
  }

  /** What the blueprint permits, exactly. */
  public FlowSet permittedSet() {
    if (permittedSet == null) {
      permittedSet = space().of(projection.permits()).minus(forbidden.all(space()));
    }
    return permittedSet;
  }

  public FlowSpace space() {
    if (space == null) {
      space = FlowSpace.of(directory);
    }
    return space;
  }

  public Hosts hosts() {
    return hosts;
  }

  public Witnesses witnesses() {
    return witnesses;
  }

  /** The reference meaning of the blueprint. */
  public Authorizer authorizer() {
    return authorizer;
  }

  /** The reference meaning without guardrails and conditions: what some principal may ever do. */
  public Authorizer permissive() {
    return authorizer.unguarded(rules.stream().map(Variants::unconditional).toList());
  }

  /** The same of one rule alone. */
  Authorizer permissive(AccessRule rule) {
    return authorizer.unguarded(List.of(Variants.unconditional(rule)));
  }

  public Grants grants() {
    return grants;
  }

  /** What a rule permits at the network layer, guardrails aside. */
  public List<Permit> permits(AccessRule rule) {
    return permits(rule.name());
  }

  private List<Permit> permits(String rule) {
    return projection.of(rule);
  }

  /** The same as a set of flows. */
  public FlowSet flows(AccessRule rule) {
    return flowsByRule.computeIfAbsent(rule.name(), name -> space().of(permits(rule)));
  }

  /** The workloads with an address in the set, by their lowest one. */
  public List<Workload> workloadsIn(AddressSet addresses) {
    Set<Workload> out = new LinkedHashSet<>();
    for (AddressRange range : addresses.ranges()) {
      for (AddressRange claimed :
          directory.claimed().intersect(new AddressSet(List.of(range))).ranges()) {
        for (Address a = claimed.first(); ; a = a.next()) {
          out.addAll(directory.workloadsAt(a));
          if (a.equals(claimed.last())) {
            break;
          }
        }
      }
    }
    return List.copyOf(out);
  }

  /** The rules that have flows of a box, in their order. */
  public List<AccessRule> rulesMeeting(Permit box) {
    return rulesMeeting(List.of(box));
  }

  /** The rules that have flows of some of these boxes, in their order. */
  public List<AccessRule> rulesMeeting(List<Permit> boxes) {
    BitSet numbers = new BitSet();
    for (Permit box : boxes) {
      projection.index().meeting(box).forEach(p -> numbers.set(order(p.rule())));
    }
    return numbers.stream().mapToObj(rules::get).toList();
  }

  /** These rules in their order. */
  public List<AccessRule> inOrder(Collection<AccessRule> some) {
    BitSet numbers = new BitSet();
    some.forEach(r -> numbers.set(order(r.name())));
    return numbers.stream().mapToObj(rules::get).toList();
  }

  /** The place of a rule in their order. */
  public int number(AccessRule rule) {
    return order(rule.name());
  }

  private int order(String rule) {
    return directory.number(rule);
  }

  /** What was found about rules, in their order. */
  public <T> List<T> inOrder(Map<String, List<T>> byRule) {
    return byRule.keySet().stream()
        .sorted(Comparator.comparingInt(this::order))
        .flatMap(r -> byRule.get(r).stream())
        .toList();
  }

  /** The tenants that a workload is a member of by its identity. */
  public List<Tenant> tenants(Workload workload) {
    return workload.identity().map(directory::tenants).orElse(List.of());
  }

  /** The workloads that a permit's flows come from. */
  public List<Workload> senders(Permit permit) {
    return workloadsIn(permit.from()).stream()
        .filter(w -> permit.sentBy(directory.senders(w)).isPresent())
        .toList();
  }

  /** The workloads that a permit's flows arrive at. */
  public List<Workload> receivers(Permit permit) {
    List<Workload> there = workloadsIn(permit.to());
    return there.stream()
        .filter(w -> w.process().isEmpty() || permit.arrivingAt(directory.listeners(w)).isPresent())
        .toList();
  }

  /** The part of what the blueprint permits that matters within these boxes, exact in there. */
  public FlowSet permittedWithin(List<Permit> boxes) {
    Set<Permit> permits = new LinkedHashSet<>();
    boxes.forEach(b -> permits.addAll(projection.index().meeting(b)));
    List<FlowSet> forbidding = new ArrayList<>();
    for (Guardrail.Forbids guardrail : forbidden.forbidding()) {
      boolean meets =
          forbidden.boxes(guardrail).stream()
              .anyMatch(f -> boxes.stream().anyMatch(b -> f.meets(b)));
      if (meets) {
        forbidding.add(forbidden.of(guardrail, space()));
      }
    }
    return space().of(permits).minus(space().union(forbidding));
  }

  /** The flow that is denied and nearest to what ends and ports name. */
  public Flow nearestDenied(AddressSet from, AddressSet to, PortSet ports) {
    return nearest(from, to, ports, box -> permittedWithin(List.of(box)));
  }

  /**
   * The flow outside a set that is nearest to what ends and ports name, where there is none to show
   * or it is the absence that is found: an end gives way to the workloads, then to any address.
   */
  public Flow nearest(AddressSet from, AddressSet to, PortSet ports, FlowSet excluded) {
    return nearest(from, to, ports, box -> excluded);
  }

  private Flow nearest(
      AddressSet from, AddressSet to, PortSet ports, Function<Permit, FlowSet> excluded) {
    AddressSet claimed = directory.claimed();
    for (PortSet these : List.of(ports, PortSet.ALL)) {
      for (AddressSet sources : List.of(from, claimed, AddressSet.ALL)) {
        for (AddressSet goals : List.of(to, claimed, AddressSet.ALL)) {
          Permit box = Permit.box(sources, goals, these);
          FlowSet flows = space().of(box).minus(excluded.apply(box));
          Optional<Flow> flow = witnesses.flow(flows);
          if (flow.isPresent()) {
            return flow.get();
          }
        }
      }
    }
    throw new IllegalStateException("no rules permit every flow there is");
  }

  /** An address with the workload or segment it belongs to, for a message. */
  public String text(Address address) {
    return text(address, directory.workloadsAt(address));
  }

  /** Those of several processes are all named. */
  private String text(Address address, List<Workload> claimants) {
    return claimants.stream()
        .map(Workload::name)
        .reduce((a, b) -> a + "|" + b)
        .or(() -> directory.segmentAt(address).map(Segment::name))
        .map(name -> name + " (" + address + ")")
        .orElse(address.toString());
  }

  /** A flow with its ends' names, for a message. */
  public String text(Flow flow) {
    boolean ported = flow.protocol().hasPorts() || flow.protocol().isIcmp();
    List<Workload> from = directory.source(flow).map(List::of).orElse(List.of());
    List<Workload> to = directory.destination(flow).map(List::of).orElse(List.of());
    return text(flow.source(), from)
        + (flow.user().isPresent() ? " as user " + flow.user().getAsLong() : "")
        + " -> "
        + text(flow.destination(), to)
        + flow.fqdn().map(n -> " as " + n).orElse("")
        + " "
        + (ported ? new PortRange(flow.protocol(), flow.port(), flow.port()) : flow.protocol());
  }

  /** An operation with its ends' names, for a message. */
  public String text(Request request) {
    return text(request.source())
        + " asking "
        + text(request.destination())
        + " through "
        + request.gateway()
        + " to "
        + request.action().text()
        + request.collection().map(c -> " `" + c + "`").orElse("");
  }
}
