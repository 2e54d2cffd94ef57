package io.ringfence.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds a blueprint's workloads and addresses by place, and the other way round. */
public final class Directory {
  /** Unicast that belongs to nobody, and what is no unicast: never part of {@code internet}. */
  private static final AddressSet NOBODY =
      AddressSet.ofPrefixes(
              Stream.of(
                      "0.0.0.0/8",
                      "127.0.0.0/8",
                      "169.254.0.0/16",
                      "224.0.0.0/4",
                      "255.255.255.255",
                      "::/127",
                      "fe80::/10",
                      "ff00::/8")
                  .map(Prefix::parse)
                  .toList())
          .union(mappedIpv4())
          .minus(AddressSet.of(Address.parse("169.254.169.254")));

  private final Blueprint blueprint;
  private final List<AccessRule> rules;
  private final Map<String, Integer> ruleNumbers;
  private final Map<String, List<Address>> endpointsByGateway;
  private final NavigableMap<Address, Segment> segmentsByStart;
  private final Map<String, List<Workload>> workloadsBySegment;
  private final Map<String, Map<String, List<Workload>>> workloadsByLabel;
  private final Map<String, List<Tenant>> tenantsByIdentity;
  private final Map<String, Workload> holders;
  private final Map<String, List<Workload>> members;

  /** What selectors and segments name, found once for each. */
  private final Map<Place, List<Workload>> found;

  private final Map<Place, AddressSet> foundAddresses;
  private final Map<Address, List<Workload>> workloadsByAddress;
  private final Map<String, List<Workload>> processesByHost;
  private final AddressSet processes;
  private final AddressSet memberAddresses;
  private final AddressSet segments;
  private final AddressSet workloads;
  private final AddressSet internet;
  private final AddressSet usable;

  public Directory(Blueprint blueprint) {
    this.blueprint = blueprint;
    this.rules = blueprint.rules();
    this.ruleNumbers = numbers(rules);
    this.endpointsByGateway = new HashMap<>();
    this.segmentsByStart = new TreeMap<>();
    this.workloadsBySegment = new HashMap<>();
    this.workloadsByLabel = new HashMap<>();
    this.tenantsByIdentity = new HashMap<>();
    this.holders = new HashMap<>();
    this.members = new HashMap<>();
    this.found = new ConcurrentHashMap<>();
    this.foundAddresses = new ConcurrentHashMap<>();
    this.workloadsByAddress = new HashMap<>();
    this.processesByHost = new TreeMap<>();
    blueprint.tenants().values().forEach(this::index);
    blueprint
        .segments()
        .values()
        .forEach(s -> s.networks().forEach(n -> segmentsByStart.put(n.network(), s)));
    blueprint.workloads().values().forEach(this::index);
    workloads = union(blueprint.workloads().values());
    memberAddresses = union(members.values().stream().flatMap(List::stream).toList());
    processes = union(processesByHost.values().stream().flatMap(List::stream).toList());
    segments =
        new AddressSet(
            blueprint.segments().values().stream()
                .flatMap(s -> s.addresses().ranges().stream())
                .toList());
    internet = AddressSet.ALL.minus(segments).minus(NOBODY);
    usable = internet.union(workloads);
  }

  /** That of a blueprint which differs in its rules only: all but those is shared. */
  private Directory(Directory other, Blueprint blueprint, List<AccessRule> rules) {
    this.blueprint = blueprint;
    this.rules = rules;
    this.ruleNumbers = numbers(rules);
    this.endpointsByGateway = other.endpointsByGateway;
    this.segmentsByStart = other.segmentsByStart;
    this.workloadsBySegment = other.workloadsBySegment;
    this.workloadsByLabel = other.workloadsByLabel;
    this.tenantsByIdentity = other.tenantsByIdentity;
    this.holders = other.holders;
    this.members = other.members;
    this.found = other.found;
    this.foundAddresses = other.foundAddresses;
    this.workloadsByAddress = other.workloadsByAddress;
    this.processesByHost = other.processesByHost;
    this.memberAddresses = other.memberAddresses;
    this.processes = other.processes;
    this.segments = other.segments;
    this.workloads = other.workloads;
    this.internet = other.internet;
    this.usable = other.usable;
  }

  private static Map<String, Integer> numbers(List<AccessRule> rules) {
    Map<String, Integer> out = HashMap.newHashMap(rules.size());
    for (int i = 0; i < rules.size(); i++) {
      out.putIfAbsent(rules.get(i).name(), i);
    }
    return out;
  }

  /**
   * The directory of this blueprint with other access and egress rules, at the cost of those.
   *
   * @throws IllegalArgumentException when more than its rules is different
   */
  public Directory after(Blueprint edited) {
    if (!blueprint.differsInRulesOnly(edited)) {
      throw new IllegalArgumentException("more than rules is different");
    }
    Optional<AccessRule> resolvers =
        edited.egress().equals(blueprint.egress())
            ? rule(Blueprint.RESOLVERS_RULE)
            : edited.resolversRule().map(this::kept);
    return new Directory(this, edited, edited.rules(rule(Blueprint.MANAGEMENT_RULE), resolvers));
  }

  /** The rule as it is here, if it is the same. */
  private AccessRule kept(AccessRule rule) {
    return rule(rule.name()).filter(rule::equals).orElse(rule);
  }

  /** ::ffff:0:0/96, which never stands on a wire. */
  private static AddressSet mappedIpv4() {
    Address network = Address.ipv6(0, 0xffff_0000_0000L);
    return AddressSet.ofPrefixes(List.of(new Prefix(network, 96)));
  }

  private void index(Workload workload) {
    workloadsBySegment.computeIfAbsent(workload.segment(), n -> new ArrayList<>()).add(workload);
    for (Map.Entry<String, String> label : workload.labels().entrySet()) {
      workloadsByLabel
          .computeIfAbsent(label.getKey(), k -> new HashMap<>())
          .computeIfAbsent(label.getValue(), v -> new ArrayList<>())
          .add(workload);
    }
    workload.identity().ifPresent(id -> index(workload, id));
    List<Workload> alone = List.of(workload);
    for (Address address : claims(workload)) {
      workloadsByAddress.merge(address, alone, Directory::joined);
    }
    workload
        .process()
        .ifPresent(
            p -> processesByHost.computeIfAbsent(p.host(), h -> new ArrayList<>()).add(workload));
  }

  private void index(Workload workload, String identity) {
    holders.putIfAbsent(identity, workload);
    for (Tenant tenant : tenantsByIdentity.getOrDefault(identity, List.of())) {
      members.computeIfAbsent(tenant.name(), n -> new ArrayList<>()).add(workload);
    }
  }

  /** A workload's own addresses, and the private endpoints of the gateway it is. */
  private List<Address> claims(Workload workload) {
    List<Address> endpoints = endpointsByGateway.get(workload.name());
    return endpoints == null
        ? workload.addresses()
        : Stream.concat(workload.addresses().stream(), endpoints.stream()).toList();
  }

  private void index(Tenant tenant) {
    tenant
        .endpoint()
        .ifPresent(
            e ->
                endpointsByGateway
                    .computeIfAbsent(e.gateway(), g -> new ArrayList<>())
                    .add(e.address()));
    for (Tenant.Member member : tenant.members()) {
      if (member instanceof Tenant.Member.Spiffe spiffe) {
        List<Tenant> those = tenantsByIdentity.computeIfAbsent(spiffe.id(), i -> new ArrayList<>());
        if (!those.contains(tenant)) {
          those.add(tenant);
        }
      }
    }
  }

  private static List<Workload> joined(List<Workload> some, List<Workload> more) {
    return Stream.concat(some.stream(), more.stream()).toList();
  }

  public Blueprint blueprint() {
    return blueprint;
  }

  /** {@link Blueprint#rules()}, made once. */
  public List<AccessRule> rules() {
    return rules;
  }

  /** The rule of that name among them. */
  public Optional<AccessRule> rule(String name) {
    return Optional.ofNullable(ruleNumbers.get(name)).map(rules::get);
  }

  /** The place of a rule among them. */
  public int number(String rule) {
    return ruleNumbers.get(rule);
  }

  /** The tenants that an identity alone makes a member of, in the blueprint's order. */
  public List<Tenant> tenants(String spiffeId) {
    return Collections.unmodifiableList(tenantsByIdentity.getOrDefault(spiffeId, List.of()));
  }

  /** The workloads that their identity alone makes members, in the blueprint's order. */
  public List<Workload> members(Tenant tenant) {
    return Collections.unmodifiableList(members.getOrDefault(tenant.name(), List.of()));
  }

  /** The addresses of all workloads that their identity makes a member of some tenant. */
  public AddressSet memberAddresses() {
    return memberAddresses;
  }

  /** The first workload whose identity this is; none for a person's. */
  public Optional<Workload> holder(String spiffeId) {
    return Optional.ofNullable(holders.get(spiffeId));
  }

  /** A workload's addresses, and the private endpoints of the gateway it is. */
  public AddressSet addresses(Workload workload) {
    return AddressSet.ofAddresses(claims(workload));
  }

  /** Every address that somebody claims. */
  public AddressSet claimed() {
    return workloads;
  }

  /** Every unicast address outside all segments. */
  public AddressSet internet() {
    return internet;
  }

  /** Every address of every segment. */
  public AddressSet segments() {
    return segments;
  }

  /**
   * Who claims an address, as its own or as a private endpoint; the first of the processes that
   * share it.
   */
  public Optional<Workload> workloadAt(Address address) {
    return workloadsAt(address).stream().findFirst();
  }

  /** All that claim an address: several only if they are processes of one host. */
  public List<Workload> workloadsAt(Address address) {
    return workloadsByAddress.getOrDefault(address, List.of());
  }

  /** Who sends a flow: where processes are told apart, the one whose user owns the socket. */
  public Optional<Workload> source(Flow flow) {
    return workloadsAt(flow.source()).stream()
        .filter(w -> w.users().contains(flow.user()))
        .findFirst();
  }

  /** Who receives a flow: where processes are told apart, the one that listens at the port. */
  public Optional<Workload> destination(Flow flow) {
    return workloadsAt(flow.destination()).stream()
        .filter(w -> w.takes(flow.protocol(), flow.port()))
        .findFirst();
  }

  /** The workloads of a host that are processes; either all are or none. */
  public List<Workload> processes(Host host) {
    return List.copyOf(processesByHost.getOrDefault(host.name(), List.of()));
  }

  /** The segment in whose networks an address lies, claimed by a workload or not. */
  public Optional<Segment> segmentAt(Address address) {
    // Networks do not overlap, so that only the last to start before the address can hold it.
    return Optional.ofNullable(segmentsByStart.floorEntry(address))
        .map(Map.Entry::getValue)
        .filter(s -> s.networks().stream().anyMatch(n -> n.contains(address)));
  }

  /** The segments that have some of these addresses in their networks. */
  public Set<Segment> segmentsOf(AddressSet addresses) {
    Set<Segment> out = new HashSet<>();
    Address past = null;
    for (AddressRange range : addresses.ranges()) {
      // Neighbours mostly lie in one network, which is looked up once.
      if (past == null || range.last().compareTo(past) > 0) {
        segmentAt(range.first()).ifPresent(out::add);
        out.addAll(segmentsByStart.subMap(range.first(), true, range.last(), true).values());
        past = endOfNetwork(range.last());
      }
    }
    return out;
  }

  /** The last address of the network that an address lies in; itself, if it is in none. */
  private Address endOfNetwork(Address address) {
    return segmentAt(address).stream()
        .flatMap(s -> s.networks().stream())
        .filter(n -> n.contains(address))
        .map(Prefix::last)
        .findFirst()
        .orElse(address);
  }

  /** The workloads of a place; none for prefixes, names and {@code internet}. */
  public List<Workload> workloads(Place place) {
    return switch (place) {
      case Place.OfWorkload p -> List.of(blueprint.workloads().get(p.workload()));
      case Place.OfSegment p ->
          Collections.unmodifiableList(workloadsBySegment.getOrDefault(p.segment(), List.of()));
      case Place.OfSelector p -> found.computeIfAbsent(p, k -> select(p.selector()));
      case Place.OfTenant p -> workloads(p.at());
      case Place.OfPrefix p -> List.of();
      case Place.OfFqdn p -> List.of();
      case Place.Internet p -> List.of();
    };
  }

  /** Of those that have the rarest of the labels named, those that match in all. */
  private List<Workload> select(Selector selector) {
    Collection<Workload> among = blueprint.workloads().values();
    for (Map.Entry<String, String> label : selector.matchLabels().entrySet()) {
      List<Workload> those =
          workloadsByLabel
              .getOrDefault(label.getKey(), Map.of())
              .getOrDefault(label.getValue(), List.of());
      among = those.size() < among.size() ? those : among;
    }
    return among.stream().filter(w -> selector.matches(w.labels())).toList();
  }

  /**
   * The addresses of a place in an access or egress rule. A name's are all of {@code internet}.
   *
   * <p>INVARIANT (unclaimed is denied): an address of a segment that no workload claims is in none.
   */
  public AddressSet ruleAddresses(Place place) {
    return switch (place) {
      case Place.OfPrefix p -> prefix(p).intersect(usable);
      case Place.Internet p -> internet;
      case Place.OfFqdn p -> internet;
      case Place.OfTenant p -> ruleAddresses(p.at());
      case Place.OfWorkload p -> addresses(blueprint.workloads().get(p.workload()));
      case Place.OfSegment p -> ofWorkloads(place);
      case Place.OfSelector p -> ofWorkloads(place);
    };
  }

  /** Who sends for a workload. */
  public Senders senders(Workload workload) {
    return new Senders(addresses(workload), workload.users());
  }

  /** Where what is sent to a workload arrives. */
  public Listeners listeners(Workload workload) {
    PortSet ports = workload.process().isPresent() ? workload.ports() : PortSet.ALL;
    return new Listeners(addresses(workload), ports);
  }

  /** Who sends for any of these. */
  public List<Senders> senders(List<Workload> those) {
    Map<UserSet, List<Workload>> byUser =
        those.stream()
            .collect(
                Collectors.groupingBy(Workload::users, LinkedHashMap::new, Collectors.toList()));
    return byUser.entrySet().stream()
        .map(e -> new Senders(union(e.getValue()), e.getKey()))
        .toList();
  }

  /** Where what is sent to any of these arrives. */
  public List<Listeners> listeners(List<Workload> those) {
    List<Listeners> out = new ArrayList<>();
    AddressSet plain = union(those.stream().filter(w -> w.process().isEmpty()).toList());
    if (!plain.isEmpty()) {
      out.add(new Listeners(plain, PortSet.ALL));
    }
    those.stream().filter(w -> w.process().isPresent()).map(this::listeners).forEach(out::add);
    return out;
  }

  /** A place at these ports, but for those that other processes there listen at. */
  public List<Listeners> targets(Place place, PortSet ports) {
    AddressSet all = ruleAddresses(place);
    if (!all.overlaps(processes)) {
      return List.of(new Listeners(all, ports));
    }
    List<Listeners> out = new ArrayList<>();
    out.add(new Listeners(all.minus(processes), ports));
    List<Workload> named = processes(place);
    for (Workload process : named) {
      List<PortSet> others =
          processesByHost.get(process.process().orElseThrow().host()).stream()
              .filter(w -> !named.contains(w))
              .map(Workload::ports)
              .toList();
      AddressSet own = addresses(process).intersect(all);
      out.add(new Listeners(own, ports.minus(PortSet.union(others))));
    }
    out.removeIf(l -> l.addresses().isEmpty() || l.ports().isEmpty());
    return List.copyOf(out);
  }

  /** Who sends from a place in an access or egress rule. */
  public List<Senders> ruleSenders(Place place) {
    AddressSet all = ruleAddresses(place);
    if (!all.overlaps(processes)) {
      return List.of(Senders.at(all));
    }
    List<Senders> out = new ArrayList<>();
    out.add(Senders.at(all.minus(processes)));
    grouped(place, Workload::users)
        .forEach((users, those) -> out.add(new Senders(union(those).intersect(all), users)));
    out.removeIf(s -> s.addresses().isEmpty());
    return List.copyOf(out);
  }

  /** Where what is sent to a place in an access or egress rule, at these ports, arrives. */
  public List<Listeners> ruleListeners(Place place, PortSet ports) {
    AddressSet all = ruleAddresses(place);
    if (!all.overlaps(processes)) {
      return List.of(new Listeners(all, ports));
    }
    List<Listeners> out = new ArrayList<>();
    out.add(new Listeners(all.minus(processes), ports));
    grouped(place, w -> ports.intersect(w.ports()))
        .forEach((these, those) -> out.add(new Listeners(union(those).intersect(all), these)));
    out.removeIf(l -> l.addresses().isEmpty() || l.ports().isEmpty());
    return List.copyOf(out);
  }

  private <T> Map<T, List<Workload>> grouped(Place place, Function<Workload, T> key) {
    return processes(place).stream()
        .collect(Collectors.groupingBy(key, LinkedHashMap::new, Collectors.toList()));
  }

  private AddressSet union(Collection<Workload> those) {
    List<Address> all = new ArrayList<>(those.size());
    those.forEach(w -> all.addAll(claims(w)));
    return AddressSet.ofAddresses(all);
  }

  /** The processes of a place; those at its addresses where it names no workloads. */
  private List<Workload> processes(Place place) {
    Stream<Workload> all =
        place instanceof Place.OfPrefix p
            ? processesByHost.values().stream()
                .flatMap(List::stream)
                .filter(w -> addresses(w).overlaps(prefix(p)))
            : workloads(place).stream();
    return all.filter(w -> w.process().isPresent()).toList();
  }

  /** Who sends from a place in a guardrail: a segment or a prefix is everybody there. */
  public List<Senders> guardrailSenders(Place place) {
    return switch (place) {
      case Place.OfTenant p -> guardrailSenders(p.at());
      case Place.OfWorkload p -> ruleSenders(place);
      case Place.OfSelector p -> ruleSenders(place);
      case Place.OfSegment p -> everybody(place);
      case Place.OfPrefix p -> everybody(place);
      case Place.OfFqdn p -> everybody(place);
      case Place.Internet p -> everybody(place);
    };
  }

  private List<Senders> everybody(Place place) {
    return List.of(Senders.at(guardrailAddresses(place)));
  }

  /** Where what is sent to a place in a guardrail arrives: a segment or a prefix is all ports. */
  public List<Listeners> guardrailListeners(Place place, PortSet ports) {
    return switch (place) {
      case Place.OfTenant p -> guardrailListeners(p.at(), ports);
      case Place.OfWorkload p -> ruleListeners(place, ports);
      case Place.OfSelector p -> ruleListeners(place, ports);
      case Place.OfSegment p -> List.of(new Listeners(guardrailAddresses(place), ports));
      case Place.OfPrefix p -> List.of(new Listeners(guardrailAddresses(place), ports));
      case Place.OfFqdn p -> List.of(new Listeners(guardrailAddresses(place), ports));
      case Place.Internet p -> List.of(new Listeners(guardrailAddresses(place), ports));
    };
  }

  /** The addresses of a place in a guardrail: a segment is every address of its networks. */
  public AddressSet guardrailAddresses(Place place) {
    return switch (place) {
      case Place.OfSegment p -> blueprint.segments().get(p.segment()).addresses();
      case Place.OfTenant p -> guardrailAddresses(p.at());
      case Place.OfWorkload p -> ruleAddresses(place);
      case Place.OfSelector p -> ruleAddresses(place);
      case Place.OfPrefix p -> prefix(p);
      case Place.OfFqdn p -> ruleAddresses(place);
      case Place.Internet p -> ruleAddresses(place);
    };
  }

  private static AddressSet prefix(Place.OfPrefix place) {
    return AddressSet.ofPrefixes(List.of(place.prefix()));
  }

  private AddressSet ofWorkloads(Place place) {
    return foundAddresses.computeIfAbsent(place, p -> union(workloads(p)));
  }
}
