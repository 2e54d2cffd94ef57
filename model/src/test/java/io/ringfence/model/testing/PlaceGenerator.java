package io.ringfence.model.testing;

import io.ringfence.model.Address;
import io.ringfence.model.Directory;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Place;
import io.ringfence.model.PortSet;
import io.ringfence.model.Prefix;
import io.ringfence.model.Selector;
import io.ringfence.model.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes places and the ports meant there. */
final class PlaceGenerator {
  private static final List<String> OUTSIDE =
      List.of(
          "198.51.100.0/28",
          "192.0.2.53/32",
          "172.16.0.0/12",
          "169.254.169.254/32",
          "0.0.0.0/1",
          "2001:db8:1::/48",
          "2001:db8::53/128");

  private final Draft draft;
  private final Dice dice;

  PlaceGenerator(Draft draft) {
    this.draft = draft;
    this.dice = draft.dice;
  }

  Place.OfWorkload workload() {
    return new Place.OfWorkload(dice.of(List.copyOf(draft.workloads.keySet())));
  }

  /** A place with workloads. */
  Place inside() {
    return switch (dice.between(0, 5)) {
      case 0 -> new Place.OfSegment(dice.of(List.copyOf(draft.segments.keySet())));
      case 1 -> new Place.OfSelector(selector());
      default -> workload();
    };
  }

  /** The workloads of a place inside. */
  List<Workload> workloads(Place place) {
    return new Directory(draft.blueprint()).workloads(place);
  }

  /** Where an access rule's flows may come from. */
  Place source() {
    return switch (dice.between(0, 9)) {
      case 0 -> new Place.Internet();
      case 1 -> outside();
      case 2 -> prefix();
      default -> inside();
    };
  }

  /** A prefix that no segment meets. */
  Place.OfPrefix outside() {
    List<String> usable =
        OUTSIDE.stream().filter(p -> draft.has(Feature.IPV6) || !p.contains(":")).toList();
    return new Place.OfPrefix(Prefix.parse(dice.of(usable)));
  }

  /** Some prefix around or within a segment's network, workloads in it or not. */
  Place.OfPrefix prefix() {
    Prefix network = dice.of(dice.of(List.copyOf(draft.segments.values())).networks());
    int length = network.length() + dice.between(-2, 4);
    Address inside = Addresses.within(dice, network);
    return new Place.OfPrefix(Prefix.around(inside, length));
  }

  private Selector selector() {
    if (dice.oneIn(6)) {
      return new Selector(Map.of(), List.of());
    }
    if (dice.oneIn(2)) {
      return new Selector(Map.of("team", dice.of("search", "data", "none")), List.of());
    }
    Selector.Operator operator = dice.of(Selector.Operator.values());
    boolean wantsValues = operator == Selector.Operator.IN || operator == Selector.Operator.NOT_IN;
    List<String> values = wantsValues ? dice.some(List.of("x", "y", "z"), 1, 2) : List.of();
    return new Selector(Map.of(), List.of(new Selector.Requirement("tier", operator, values)));
  }

  Endpoint anyPorts(Place place) {
    return new Endpoint(place, new Endpoint.Ports.Any(), draft.here());
  }

  Endpoint ports(Place place) {
    return new Endpoint(place, new Endpoint.Ports.Explicit(portSet()), draft.here());
  }

  /** A service that some workload of the place has, or ports when none has any. */
  Endpoint service(Place place, List<String> services) {
    return services.isEmpty()
        ? ports(place)
        : new Endpoint(place, new Endpoint.Ports.OfService(dice.of(services)), draft.here());
  }

  PortSet portSet() {
    List<String> ports =
        new ArrayList<>(
            List.of("8080/tcp", "443/tcp", "5432/tcp", "6333-6335/tcp", "1-1023/tcp", "53/udp"));
    ports.add("60000-65535/udp");
    if (draft.has(Feature.ICMP)) {
      ports.add("icmp/echo-request");
    }
    if (draft.has(Feature.SCTP)) {
      ports.add("3868/sctp");
    }
    return PortSet.union(dice.list(1, 2, () -> PortSet.parse(dice.of(ports))));
  }

  /** An end of a guardrail: anything, with ports or without. */
  Endpoint guarded() {
    Place place =
        switch (dice.between(0, 5)) {
          case 0 -> new Place.Internet();
          case 1 -> prefix();
          default -> inside();
        };
    return dice.oneIn(3) ? ports(place) : anyPorts(place);
  }
}
