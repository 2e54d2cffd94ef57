package io.ringfence.verifier.subject;

import io.ringfence.decision.Authorizer;
import io.ringfence.model.AccessRule;
import io.ringfence.model.Address;
import io.ringfence.model.AddressRange;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Flow;
import io.ringfence.model.PortRange;
import io.ringfence.model.PortSet;
import io.ringfence.model.Request;
import io.ringfence.model.Segment;
import io.ringfence.model.Topology;
import io.ringfence.model.Workload;
import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.flows.FlowSpace;
import io.ringfence.verifier.operations.Grants;
import io.ringfence.verifier.projection.NetworkProjection;
import io.ringfence.verifier.projection.Permit;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The blueprint that is verified, and what its analyses share. For one thread. */
public final class Subject {
  private final Directory directory;
  private final NetworkProjection projection;
  private final ForbiddenFlows forbidden;
  private final PermittedFlows permitted;
  private final FlowSpace space;
  private final Hosts hosts;
  private final Witnesses witnesses;
  private final Authorizer authorizer;
  private Authorizer permissive;
  private final Grants grants;
  private final List<AccessRule> rules;
  private final Map<String, List<Permit>> permitsByRule = new HashMap<>();
  private final Map<String, Integer> order = new HashMap<>();
  private FlowSet permittedSet;
  private final Map<String, FlowSet> flowsByRule = new HashMap<>();

  public Subject(Directory directory) {
    this.directory = directory;
    this.projection = new NetworkProjection(directory);
    this.forbidden = new ForbiddenFlows(projection);
    this.permitted = new PermittedFlows(projection);
    this.space = FlowSpace.of(directory);
    this.hosts = new Hosts(projection.topology(), directory);
    this.witnesses = new Witnesses(directory, hosts);
    this.authorizer = new Authorizer(directory);
    this.grants = new Grants(directory);
    this.rules = directory.rules();
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
      permittedSet = space.of(projection.permits()).minus(forbidden.all(space));
    }
    return permittedSet;
  }

  public FlowSpace space() {
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
    if (permissive == null) {
      permissive = new Authorizer(new Directory(Variants.permissive(directory.blueprint())));
    }
    return permissive;
  }

  public Grants grants() {
    return grants;
  }

  /** What a rule permits at the network layer, guardrails aside. */
  public List<Permit> permits(AccessRule rule) {
    return permitsByRule.computeIfAbsent(rule.name(), name -> projection.permits(rule));
  }

  /** The same as a set of flows. */
  public FlowSet flows(AccessRule rule) {
    return flowsByRule.computeIfAbsent(rule.name(), name -> space.of(permits(rule)));
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

  private int order(String rule) {
    if (order.isEmpty()) {
      for (int i = 0; i < rules.size(); i++) {
        order.putIfAbsent(rules.get(i).name(), i);
      }
    }
    return order.get(rule);
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

  /**
   * The flow outside a set that is nearest to what ends and ports name, where there is none to show
   * or it is the absence that is found: an end gives way to the workloads, then to any address.
   */
  public Flow nearest(AddressSet from, AddressSet to, PortSet ports, FlowSet excluded) {
    AddressSet claimed = directory.claimed();
    for (PortSet these : List.of(ports, PortSet.ALL)) {
      for (AddressSet sources : List.of(from, claimed, AddressSet.ALL)) {
        for (AddressSet goals : List.of(to, claimed, AddressSet.ALL)) {
          FlowSet box = space.box(sources, goals, these).minus(excluded);
          Optional<Flow> flow = witnesses.flow(box);
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
