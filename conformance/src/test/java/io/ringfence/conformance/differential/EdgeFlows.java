package io.ringfence.conformance.differential;

import io.ringfence.model.Address;
import io.ringfence.model.AddressRange;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Family;
import io.ringfence.model.Flow;
import io.ringfence.model.PortRange;
import io.ringfence.model.Prefix;
import io.ringfence.model.Protocol;
import io.ringfence.model.testing.Dice;
import io.ringfence.model.testing.FlowGenerator;
import io.ringfence.targets.nftables.Placement;
import io.ringfence.verifier.projection.NetworkProjection;
import io.ringfence.verifier.projection.Permit;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Flows for one machine: some between the ends of what is permitted there and just beyond, some
 * from {@link FlowGenerator}, some between any two edges there are.
 */
final class EdgeFlows {
  private static final List<Protocol> ODD_PROTOCOLS =
      Stream.of(47, 89, 103).map(Protocol::new).toList();

  private final Site site;
  private final Dice dice;
  private final ResolvedNames names;
  private final FlowGenerator flows;
  private final List<Permit> permits;
  private final List<Address> addresses;
  private final Map<Family, List<Address>> addressesByFamily;
  private final List<PortRange> ports;

  EdgeFlows(NetworkProjection projection, Site site, ResolvedNames names, long seed) {
    this.site = site;
    this.names = names;
    this.dice = new Dice(seed);
    this.flows = new FlowGenerator(projection.blueprint(), seed);
    this.permits = permits(projection, site.placement());
    this.addresses = addresses(projection);
    this.addressesByFamily = addresses.stream().collect(Collectors.groupingBy(Address::family));
    Set<PortRange> out = new LinkedHashSet<>();
    permits.forEach(p -> out.addAll(p.ports().ranges()));
    out.addAll(io.ringfence.model.PortSet.parse("icmp/echo-request").ranges());
    out.add(new PortRange(Protocol.TCP, 443, 443));
    out.add(new PortRange(Protocol.UDP, 53, 53));
    out.add(new PortRange(Protocol.SCTP, 3868, 3868));
    this.ports = List.copyOf(out);
  }

  private static List<Permit> permits(NetworkProjection projection, Placement placement) {
    return switch (placement) {
      case Placement.AtHost at ->
          atOneEnd(projection, AddressSet.ofAddresses(at.host().addresses())).toList();
      case Placement.AtRouter at ->
          Stream.concat(
                  projection.across(at.router()).stream(),
                  atOneEnd(projection, AddressSet.ofAddresses(at.router().addresses())))
              .toList();
    };
  }

  private static Stream<Permit> atOneEnd(NetworkProjection projection, AddressSet own) {
    AddressSet others = own.complement();
    return projection.permits().stream()
        .flatMap(
            p -> Stream.concat(p.between(own, others).stream(), p.between(others, own).stream()));
  }

  private List<Address> addresses(NetworkProjection projection) {
    Set<Address> out = new LinkedHashSet<>(site.own());
    out.addAll(names.addresses());
    projection.blueprint().workloads().values().forEach(w -> out.addAll(w.addresses()));
    projection.blueprint().segments().values().stream()
        .flatMap(s -> s.networks().stream())
        .map(Prefix::range)
        .forEach(r -> addEdges(r, out));
    permits.forEach(p -> p.from().ranges().forEach(r -> addEdges(r, out)));
    permits.forEach(p -> p.to().ranges().forEach(r -> addEdges(r, out)));
    return List.copyOf(out);
  }

  private static void addEdges(AddressRange range, Set<Address> out) {
    out.add(range.first());
    out.add(range.last());
    if (!range.first().equals(Address.first(range.family()))) {
      out.add(range.first().previous());
    }
    if (!range.last().equals(Address.last(range.family()))) {
      out.add(range.last().next());
    }
  }

  /** The next flow, of any verdict, bearing the name that its destination was answered for. */
  Flow next() {
    int kind = dice.between(0, 7);
    if (kind < 4 && !permits.isEmpty()) {
      return names.named(near(dice.of(permits)));
    }
    Flow flow = kind < 6 ? flows.next() : anywhere();
    return names.named(dice.oneIn(site.isHost() ? 16 : 3) == site.isHost() ? flow : aimed(flow));
  }

  /** Often what a permit permits, often just beside it. */
  private Flow near(Permit permit) {
    AddressSet sources = permit.from();
    Address source = edge(dice.of(sources.ranges()));
    AddressSet goals = permit.to().ofFamily(source.family());
    if (goals.isEmpty()) {
      return anywhere();
    }
    List<Address> answered =
        permit.fqdn().map(names::addresses).orElse(List.of()).stream()
            .filter(a -> a.family() == source.family())
            .toList();
    Address goal =
        answered.isEmpty() || dice.oneIn(3) ? edge(dice.of(goals.ranges())) : dice.of(answered);
    if (goal.family() != source.family()) {
      return anywhere();
    }
    return dice.oneIn(10)
        ? flow(goal, source, dice.of(permit.ports().ranges()))
        : flow(source, goal, dice.of(permit.ports().ranges()));
  }

  /** An end of a range, now and then its neighbour outside. */
  private Address edge(AddressRange range) {
    boolean low = dice.oneIn(2);
    Address end = low ? range.first() : range.last();
    boolean beyond = dice.oneIn(8) && !end.equals(limit(range.family(), low));
    return !beyond ? end : low ? end.previous() : end.next();
  }

  private static Address limit(Family family, boolean low) {
    return low ? Address.first(family) : Address.last(family);
  }

  private Flow anywhere() {
    Address source = dice.of(addresses);
    return flow(source, dice.of(addressesByFamily.get(source.family())), dice.of(ports));
  }

  /** A flow at an end of the ports or just beside, sometimes of another protocol. */
  private Flow flow(Address source, Address destination, PortRange range) {
    Protocol protocol = range.protocol();
    if (!protocol.belongsTo(source.family()) || dice.oneIn(12)) {
      protocol = dice.oneIn(4) ? dice.of(ODD_PROTOCOLS) : dice.of(transports());
    }
    boolean numbered = protocol.hasPorts() || protocol.isIcmp();
    int port = dice.oneIn(2) ? range.first() : range.last();
    int beside = dice.oneIn(5) ? dice.of(-1, 1) : 0;
    return new Flow(
        source, destination, protocol, numbered ? Math.clamp(port + beside, 1, 65535) : 0);
  }

  private static List<Protocol> transports() {
    return List.of(Protocol.TCP, Protocol.UDP, Protocol.SCTP);
  }

  /** The flow with one end moved to this machine, if it has an address of the family. */
  private Flow aimed(Flow flow) {
    List<Address> own =
        site.own().stream().filter(a -> a.family() == flow.source().family()).toList();
    if (own.isEmpty()) {
      return flow;
    }
    boolean into = dice.oneIn(2);
    return new Flow(
        into ? flow.source() : dice.of(own),
        into ? dice.of(own) : flow.destination(),
        flow.protocol(),
        flow.port());
  }
}
