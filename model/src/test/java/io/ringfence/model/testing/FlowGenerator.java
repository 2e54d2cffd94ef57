package io.ringfence.model.testing;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Address;
import io.ringfence.model.AddressRange;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Family;
import io.ringfence.model.Flow;
import io.ringfence.model.Gateway;
import io.ringfence.model.Place;
import io.ringfence.model.PortRange;
import io.ringfence.model.PortSet;
import io.ringfence.model.Protocol;
import io.ringfence.model.Segment;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Flows around the edges of a blueprint: workloads and their neighbours, the ends of networks and
 * prefixes, ports at and beside those of rules and services. About half follow some rule's ends.
 */
public final class FlowGenerator {
  private final Directory directory;
  private final Blueprint blueprint;
  private final Dice dice;
  private final List<AccessRule> rules;
  private final List<Address> claimed = new ArrayList<>();
  private final List<Address> edges = new ArrayList<>();
  private final List<PortRange> ports = new ArrayList<>();
  private final List<String> names = new ArrayList<>();

  public FlowGenerator(Blueprint blueprint, long seed) {
    this.blueprint = blueprint;
    this.directory = new Directory(blueprint);
    this.rules = blueprint.rules();
    this.dice = new Dice(seed);
    Set<Address> edgy = new LinkedHashSet<>();
    blueprint.workloads().values().forEach(w -> addRanges(directory.addresses(w), claimed));
    claimed.forEach(a -> addAround(new AddressRange(a, a), edgy));
    blueprint.segments().values().stream()
        .flatMap(s -> s.addresses().ranges().stream())
        .forEach(r -> addAround(r, edgy));
    addRules(edgy);
    for (String text :
        List.of("203.0.113.200", "8.8.8.8", "127.0.0.1", "224.0.0.1", "2001:db8::99", "fe80::1")) {
      edgy.add(Address.parse(text));
    }
    edges.addAll(edgy);
  }

  private void addRules(Set<Address> edgy) {
    for (AccessRule rule : blueprint.rules()) {
      rule.from().forEach(e -> addEnd(e, edgy));
      rule.to().forEach(e -> addEnd(e, edgy));
    }
    blueprint.workloads().values().stream()
        .flatMap(w -> w.services().values().stream())
        .forEach(s -> ports.addAll(s.ports().ranges()));
    for (Gateway gateway : blueprint.gateways().values()) {
      gateway
          .listen()
          .values()
          .forEach(b -> ports.add(new PortRange(Protocol.TCP, b.port(), b.port())));
    }
    ports.addAll(PortSet.parse("icmp/echo-request").ranges());
    ports.addAll(PortSet.parse("53/udp").ranges());
  }

  private void addEnd(Endpoint end, Set<Address> edgy) {
    if (end.place() instanceof Place.OfPrefix p) {
      addAround(p.prefix().range(), edgy);
    } else if (end.place() instanceof Place.OfFqdn p) {
      names.add(p.fqdn());
    }
    if (end.ports() instanceof Endpoint.Ports.Explicit p) {
      ports.addAll(p.ports().ranges());
    }
  }

  private static void addRanges(AddressSet set, List<Address> out) {
    for (AddressRange range : set.ranges()) {
      for (Address a = range.first(); !a.equals(range.last()); a = a.next()) {
        out.add(a);
      }
      out.add(range.last());
    }
  }

  /** The ends of a range, and their neighbours on both sides. */
  private static void addAround(AddressRange range, Set<Address> out) {
    Family family = range.family();
    out.add(range.first());
    out.add(range.last());
    if (!range.first().equals(Address.first(family))) {
      out.add(range.first().previous());
    }
    if (!range.last().equals(Address.last(family))) {
      out.add(range.last().next());
    }
  }

  /** The next flow, of any verdict. */
  public Flow next() {
    Flow flow = rules.isEmpty() || dice.oneIn(3) ? anywhere() : following(dice.of(rules));
    return dice.oneIn(8) ? reversed(flow) : flow;
  }

  private Flow anywhere() {
    Address source = address();
    Address destination = address();
    while (destination.family() != source.family()) {
      destination = address();
    }
    return flow(source, destination, dice.of(ports));
  }

  private Address address() {
    if (dice.oneIn(8)) {
      Segment segment = dice.of(List.copyOf(blueprint.segments().values()));
      return Addresses.within(dice, dice.of(segment.networks()));
    }
    return dice.oneIn(3) ? dice.of(edges) : dice.of(claimed);
  }

  /** A flow from one of a rule's sources to one of its destinations, or a leg of its way. */
  private Flow following(AccessRule rule) {
    AddressSet from = ends(rule.from());
    AddressSet to = ends(rule.to());
    if (rule.through().isPresent()) {
      AddressSet gateway = directory.addresses(blueprint.workloads().get(rule.through().get()));
      boolean first = dice.oneIn(2);
      from = first ? from : gateway;
      to = first ? gateway : to;
    }
    if (from.isEmpty()) {
      return anywhere();
    }
    Address source = pick(from);
    AddressSet goals = to.ofFamily(source.family());
    return goals.isEmpty() ? anywhere() : flow(source, pick(goals), port(dice.of(rule.to())));
  }

  private AddressSet ends(List<Endpoint> ends) {
    return ends.stream()
        .map(e -> directory.ruleAddresses(e.place()))
        .reduce(AddressSet.EMPTY, AddressSet::union);
  }

  private Address pick(AddressSet set) {
    AddressRange range = dice.of(set.ranges());
    return dice.oneIn(2) ? range.first() : range.last();
  }

  private PortRange port(Endpoint end) {
    return switch (end.ports()) {
      case Endpoint.Ports.Any p -> dice.of(ports);
      case Endpoint.Ports.Explicit p -> dice.of(p.ports().ranges());
      case Endpoint.Ports.OfService p -> {
        List<PortRange> ranges =
            directory.workloads(end.place()).stream()
                .flatMap(w -> Optional.ofNullable(w.services().get(p.service())).stream())
                .flatMap(s -> s.ports().ranges().stream())
                .toList();
        yield dice.of(ranges.isEmpty() ? ports : ranges);
      }
    };
  }

  /** A flow at an end of the ports, or just beside; of the family's own ICMP. */
  private Flow flow(Address source, Address destination, PortRange range) {
    Protocol protocol = range.protocol();
    boolean other = dice.oneIn(12);
    if (!protocol.belongsTo(source.family()) || protocol.hasPorts() && other) {
      protocol = dice.of(Protocol.TCP, Protocol.UDP, new Protocol(47));
    }
    int port = dice.oneIn(2) ? range.first() : range.last();
    if (dice.oneIn(6)) {
      port = Math.clamp(port + dice.of(-1, 1), 0, PortRange.PORT_MAX);
    }
    boolean ported = protocol.hasPorts() || protocol.isIcmp();
    return new Flow(source, destination, protocol, ported ? port : 0, name());
  }

  private Optional<String> name() {
    return names.isEmpty() || dice.oneIn(2) ? Optional.empty() : Optional.of(dice.of(names));
  }

  /** The same flow the other way. */
  private static Flow reversed(Flow flow) {
    return new Flow(flow.destination(), flow.source(), flow.protocol(), flow.port(), flow.fqdn());
  }
}
