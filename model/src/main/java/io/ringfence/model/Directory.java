package io.ringfence.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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
  private final Map<String, AddressSet> addressesByWorkload = new TreeMap<>();
  private final Map<Address, Workload> workloadByAddress = new HashMap<>();
  private final AddressSet segments;
  private final AddressSet workloads;
  private final AddressSet internet;

  public Directory(Blueprint blueprint) {
    this.blueprint = blueprint;
    blueprint.workloads().values().forEach(this::index);
    workloads = AddressSet.ofAddresses(workloadByAddress.keySet());
    segments =
        new AddressSet(
            blueprint.segments().values().stream()
                .flatMap(s -> s.addresses().ranges().stream())
                .toList());
    internet = AddressSet.ALL.minus(segments).minus(NOBODY);
  }

  /** ::ffff:0:0/96, which never stands on a wire. */
  private static AddressSet mappedIpv4() {
    Address network = Address.ipv6(0, 0xffff_0000_0000L);
    return AddressSet.ofPrefixes(List.of(new Prefix(network, 96)));
  }

  private void index(Workload workload) {
    Stream<Address> endpoints =
        blueprint.tenants().values().stream()
            .flatMap(t -> t.endpoint().stream())
            .filter(e -> e.gateway().equals(workload.name()))
            .map(Tenant.PrivateEndpoint::address);
    List<Address> all = Stream.concat(workload.addresses().stream(), endpoints).toList();
    addressesByWorkload.put(workload.name(), AddressSet.ofAddresses(all));
    all.forEach(a -> workloadByAddress.put(a, workload));
  }

  public Blueprint blueprint() {
    return blueprint;
  }

  /** A workload's addresses, and the private endpoints of the gateway it is. */
  public AddressSet addresses(Workload workload) {
    return addressesByWorkload.get(workload.name());
  }

  /** Every unicast address outside all segments. */
  public AddressSet internet() {
    return internet;
  }

  /** Every address of every segment. */
  public AddressSet segments() {
    return segments;
  }

  /** Who claims an address, as its own or as a private endpoint. */
  public Optional<Workload> workloadAt(Address address) {
    return Optional.ofNullable(workloadByAddress.get(address));
  }

  /** The segment in whose networks an address lies, claimed by a workload or not. */
  public Optional<Segment> segmentAt(Address address) {
    return blueprint.segments().values().stream()
        .filter(s -> s.networks().stream().anyMatch(n -> n.contains(address)))
        .findFirst();
  }

  /** The workloads of a place; none for prefixes, names and {@code internet}. */
  public List<Workload> workloads(Place place) {
    return switch (place) {
      case Place.OfWorkload p -> List.of(blueprint.workloads().get(p.workload()));
      case Place.OfSegment p ->
          blueprint.workloads().values().stream()
              .filter(w -> w.segment().equals(p.segment()))
              .toList();
      case Place.OfSelector p ->
          blueprint.workloads().values().stream()
              .filter(w -> p.selector().matches(w.labels()))
              .toList();
      case Place.OfTenant p -> workloads(p.at());
      case Place.OfPrefix p -> List.of();
      case Place.OfFqdn p -> List.of();
      case Place.Internet p -> List.of();
    };
  }

  /**
   * The addresses of a place in an access or egress rule. A name's are all of {@code internet}.
   *
   * <p>INVARIANT (unclaimed is denied): an address of a segment that no workload claims is in none.
   */
  public AddressSet ruleAddresses(Place place) {
    return switch (place) {
      case Place.OfPrefix p -> prefix(p).intersect(internet.union(workloads));
      case Place.Internet p -> internet;
      case Place.OfFqdn p -> internet;
      case Place.OfTenant p -> ruleAddresses(p.at());
      case Place.OfWorkload p -> addresses(blueprint.workloads().get(p.workload()));
      case Place.OfSegment p -> ofWorkloads(place);
      case Place.OfSelector p -> ofWorkloads(place);
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
    return new AddressSet(
        workloads(place).stream().flatMap(w -> addresses(w).ranges().stream()).toList());
  }
}
