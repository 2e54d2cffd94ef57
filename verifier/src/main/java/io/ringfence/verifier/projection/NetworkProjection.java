package io.ringfence.verifier.projection;

import io.ringfence.model.AccessRule;
import io.ringfence.model.AddressRange;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Gateway;
import io.ringfence.model.Host;
import io.ringfence.model.Listeners;
import io.ringfence.model.Place;
import io.ringfence.model.PortRange;
import io.ringfence.model.PortSet;
import io.ringfence.model.Protocol;
import io.ringfence.model.Router;
import io.ringfence.model.Segment;
import io.ringfence.model.Senders;
import io.ringfence.model.Service;
import io.ringfence.model.Tenant;
import io.ringfence.model.Topology;
import io.ringfence.model.Workload;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The flows that a blueprint permits for some principal, time and operation: what network artifacts
 * are compared with.
 */
public final class NetworkProjection {
  private final Directory directory;
  private final Topology topology;
  private final List<AddressSet> processHosts;
  private final Map<String, List<Permit>> permitsByRule;
  private final Map<String, List<Tenant>> endpointTenants;
  private final PermitIndex index;

  public NetworkProjection(Directory directory) {
    this.directory = directory;
    this.topology = new Topology(directory);
    this.processHosts =
        topology.declaredHosts().stream()
            .filter(h -> !directory.processes(h).isEmpty())
            .map(h -> AddressSet.ofAddresses(h.addresses()))
            .toList();
    this.endpointTenants = new HashMap<>();
    for (Tenant tenant : directory.blueprint().tenants().values()) {
      tenant
          .endpoint()
          .ifPresent(
              e ->
                  endpointTenants.computeIfAbsent(e.gateway(), g -> new ArrayList<>()).add(tenant));
    }
    List<List<Permit>> all = directory.rules().parallelStream().map(this::permits).toList();
    this.permitsByRule = HashMap.newHashMap(all.size());
    for (int i = 0; i < all.size(); i++) {
      permitsByRule.putIfAbsent(directory.rules().get(i).name(), all.get(i));
    }
    this.index = new PermitIndex(all.stream().flatMap(List::stream).toList());
  }

  private NetworkProjection(NetworkProjection other, Directory directory, Set<String> changed) {
    this.directory = directory;
    this.topology = other.topology;
    this.processHosts = other.processHosts;
    this.endpointTenants = other.endpointTenants;
    this.permitsByRule = new HashMap<>(other.permitsByRule);
    for (String name : changed) {
      permitsByRule.remove(name);
      directory.rule(name).ifPresent(r -> permitsByRule.put(name, permits(r, other)));
    }
    PermitChange change = PermitChange.of(changed, other::of, this::of);
    this.index = other.index.after(change, directory::number, this::of);
  }

  /**
   * What a changed rule permits. What {@code resolvers:} stands for changes with every rule for a
   * name, and has an end for each: those that it has still are not made again.
   */
  private List<Permit> permits(AccessRule rule, NetworkProjection other) {
    Optional<AccessRule> was = other.directory.rule(rule.name());
    boolean grows =
        rule.origin() == AccessRule.Origin.RESOLVERS
            && processHosts.isEmpty()
            && was.filter(r -> r.to().equals(rule.to()) && r.at().equals(rule.at())).isPresent();
    if (!grows) {
      return permits(rule);
    }
    Map<AddressSet, List<Permit>> made = new IdentityHashMap<>();
    for (Permit permit : other.of(rule.name())) {
      made.computeIfAbsent(permit.from(), f -> new ArrayList<>()).add(permit);
    }
    Set<Permit> boxes = new LinkedHashSet<>();
    for (Endpoint from : rule.from()) {
      List<Permit> kept = made.get(directory.ruleAddresses(from.place()));
      if (kept == null) {
        addDirect(rule, from, boxes);
      } else {
        boxes.addAll(kept);
      }
    }
    boxes.removeIf(Permit::isEmpty);
    return List.copyOf(boxes);
  }

  /** The projection once some rules are changed, and nothing else. */
  public NetworkProjection after(Directory edited, Set<String> changed) {
    return new NetworkProjection(this, edited, changed);
  }

  public Directory directory() {
    return directory;
  }

  public Topology topology() {
    return topology;
  }

  /** Every permit, in the rules' order. */
  public List<Permit> permits() {
    return index.permits();
  }

  /** The permits by their ends. */
  public PermitIndex index() {
    return index;
  }

  /** The permits of the blueprint's rule of that name. */
  public List<Permit> of(String rule) {
    return permitsByRule.getOrDefault(rule, List.of());
  }

  /** What one rule permits, whether the blueprint has it or not. */
  public List<Permit> permits(AccessRule rule) {
    Set<Permit> boxes = new LinkedHashSet<>();
    addRule(rule, boxes);
    boxes.removeIf(Permit::isEmpty);
    List<Permit> within = new ArrayList<>();
    for (AddressSet host : processHosts) {
      boxes.forEach(p -> p.between(host, host).ifPresent(q -> within.add(q.anyOf(host))));
    }
    boxes.addAll(within);
    return List.copyOf(boxes);
  }

  /** The permits with the host at their destination; who sends elsewhere cannot be seen here. */
  public List<Permit> into(Host host) {
    AddressSet own = AddressSet.ofAddresses(host.addresses());
    return byAnyone(between(own.complement(), own));
  }

  private static List<Permit> byAnyone(List<Permit> permits) {
    return permits.stream().map(Permit::byAnyone).distinct().toList();
  }

  /**
   * What the processes of a host may send to each other. On one host it is workloads that count,
   * not their addresses: every permit holds from and to all of them.
   */
  public List<Permit> within(Host host) {
    AddressSet own = AddressSet.ofAddresses(host.addresses());
    return directory.processes(host).isEmpty() ? List.of() : between(own, own);
  }

  /** The permits with the host at their source, as its processes' users have them. */
  public List<Permit> outOf(Host host) {
    AddressSet own = AddressSet.ofAddresses(host.addresses());
    return between(own, own.complement());
  }

  /** The permits whose flows may cross the router. */
  public List<Permit> across(Router router) {
    List<Permit> out = new ArrayList<>();
    for (Optional<Segment> from : zones()) {
      List<AddressSet> goals = new ArrayList<>();
      for (Optional<Segment> to : zones()) {
        if (topology.crosses(router, from, to)) {
          goals.add(addresses(to));
        }
      }
      AddressSet to = goals.stream().reduce(AddressSet.EMPTY, AddressSet::union);
      out.addAll(between(addresses(from), to));
    }
    return byAnyone(out);
  }

  /** Each segment, and {@code internet} as the absent one. */
  public List<Optional<Segment>> zones() {
    List<Optional<Segment>> out = new ArrayList<>();
    directory.blueprint().segments().values().forEach(s -> out.add(Optional.of(s)));
    out.add(Optional.empty());
    return out;
  }

  /** A zone's addresses. */
  public AddressSet addresses(Optional<Segment> zone) {
    return zone.map(Segment::addresses).orElse(directory.internet());
  }

  private List<Permit> between(AddressSet sources, AddressSet destinations) {
    return index.between(sources, destinations);
  }

  private void addRule(AccessRule rule, Set<Permit> boxes) {
    Optional<Gateway> gateway = rule.through().map(directory.blueprint().gateways()::get);
    for (Endpoint from : rule.from()) {
      if (gateway.isPresent()) {
        rule.to().forEach(to -> addLegs(rule, from, to, gateway.get(), boxes));
      } else {
        addDirect(rule, from, boxes);
      }
    }
  }

  /** Ends that are reached at the same ports are one box: {@code management:} has one, not many. */
  private void addDirect(AccessRule rule, Endpoint from, Set<Permit> boxes) {
    Map<Goal, List<AddressRange>> goals = new LinkedHashMap<>();
    for (Endpoint to : rule.to()) {
      Optional<String> fqdn =
          to.place() instanceof Place.OfFqdn name ? Optional.of(name.fqdn()) : Optional.empty();
      for (Listeners listeners : listeners(to)) {
        goals
            .computeIfAbsent(new Goal(fqdn, listeners.ports()), g -> new ArrayList<>())
            .addAll(listeners.addresses().ranges());
      }
    }
    for (Senders senders : directory.ruleSenders(from.place())) {
      goals.forEach(
          (goal, ranges) ->
              boxes.add(
                  new Permit(
                      rule.name(),
                      Permit.Leg.DIRECT,
                      senders.addresses(),
                      new AddressSet(ranges),
                      goal.fqdn(),
                      goal.ports(),
                      senders.users(),
                      rule.at())));
    }
  }

  /** What a direct rule's ends may share. */
  private record Goal(Optional<String> fqdn, PortSet ports) {}

  private List<Listeners> listeners(Endpoint to) {
    return switch (to.ports()) {
      case Endpoint.Ports.Any p -> directory.ruleListeners(to.place(), PortSet.ALL);
      case Endpoint.Ports.Explicit p -> directory.ruleListeners(to.place(), p.ports());
      case Endpoint.Ports.OfService p ->
          directory.workloads(to.place()).stream()
              .filter(w -> w.services().containsKey(p.service()))
              .map(w -> new Listeners(directory.addresses(w), ports(w, p)))
              .toList();
    };
  }

  private static PortSet ports(Workload workload, Endpoint.Ports.OfService of) {
    return workload.services().get(of.service()).ports();
  }

  /** {@code through: G} permits exactly the two legs; the direct path stays denied. */
  private void addLegs(
      AccessRule rule, Endpoint from, Endpoint to, Gateway gateway, Set<Permit> boxes) {
    Workload own = directory.blueprint().workloads().get(gateway.name());
    for (Workload server : directory.workloads(to.place())) {
      for (Service service : meant(to, server)) {
        for (Entry entry : entries(from, gateway, server, service)) {
          boxes.add(
              new Permit(
                  rule.name(),
                  Permit.Leg.TO_GATEWAY,
                  entry.senders().addresses(),
                  entry.addresses(),
                  Optional.empty(),
                  entry.ports(),
                  entry.senders().users(),
                  rule.at()));
        }
        boxes.add(
            new Permit(
                rule.name(),
                Permit.Leg.FROM_GATEWAY,
                directory.addresses(own),
                directory.addresses(server),
                Optional.empty(),
                service.ports(),
                rule.at()));
      }
    }
  }

  /** Who enters a gateway where, for one service. */
  private record Entry(Senders senders, AddressSet addresses, PortSet ports) {}

  private List<Entry> entries(Endpoint from, Gateway gateway, Workload server, Service service) {
    Workload own = directory.blueprint().workloads().get(gateway.name());
    Optional<Gateway.SocketBinding> binding = gateway.binding(server, service);
    PortSet ports = binding.map(b -> PortSet.of(Protocol.TCP, b.port())).orElse(service.ports());
    AddressSet shared =
        binding
            .map(b -> AddressSet.of(b.address()))
            .orElse(AddressSet.ofAddresses(own.addresses()));
    List<Entry> out = new ArrayList<>();
    for (Senders senders : directory.ruleSenders(from.place())) {
      AddressSet rest = senders.addresses();
      for (Tenant tenant : endpointTenants.getOrDefault(gateway.name(), List.of())) {
        AddressSet members = members(from.place(), tenant, senders);
        Senders those = new Senders(members, senders.users());
        AddressSet endpoint = AddressSet.of(tenant.endpoint().orElseThrow().address());
        out.add(new Entry(those, endpoint, ports));
        rest = rest.minus(members);
      }
      out.add(new Entry(new Senders(rest, senders.users()), shared, ports));
    }
    return out;
  }

  /** From where, within a place, a tenant's members send. */
  private AddressSet members(Place place, Tenant tenant, Senders senders) {
    if (place instanceof Place.OfTenant of) {
      return of.tenant().equals(tenant.name()) ? senders.addresses() : AddressSet.EMPTY;
    }
    AddressSet members =
        new AddressSet(
            directory.workloads(place).stream()
                .filter(w -> w.users().equals(senders.users()))
                .filter(w -> w.identity().filter(tenant::hasMember).isPresent())
                .flatMap(w -> directory.addresses(w).ranges().stream())
                .toList());
    return members.intersect(senders.addresses());
  }

  /** The services of a workload that an endpoint means. */
  private static List<Service> meant(Endpoint to, Workload server) {
    return switch (to.ports()) {
      case Endpoint.Ports.Any p -> List.copyOf(server.services().values());
      case Endpoint.Ports.OfService p ->
          Optional.ofNullable(server.services().get(p.service())).stream().toList();
      case Endpoint.Ports.Explicit p ->
          server.services().values().stream()
              .filter(s -> !s.ports().intersect(p.ports()).isEmpty())
              .map(s -> part(s, p.ports()))
              .toList();
    };
  }

  private static Service part(Service service, PortSet ports) {
    List<PortRange> both = service.ports().intersect(ports).ranges();
    return new Service(service.name(), new PortSet(both), service.audience(), service.encryption());
  }

  /** The blueprint that this projects. */
  public Blueprint blueprint() {
    return directory.blueprint();
  }
}
