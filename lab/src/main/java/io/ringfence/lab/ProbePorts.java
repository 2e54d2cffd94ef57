package io.ringfence.lab;

import io.ringfence.model.Address;
import io.ringfence.model.Audience;
import io.ringfence.model.EngineCatalogue;
import io.ringfence.model.Family;
import io.ringfence.model.PortRange;
import io.ringfence.model.Protocol;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.stream.IntStream;

/** Which ports of an address are probed: the declared ones, their neighbours, and some more. */
final class ProbePorts {
  /** Never declared by habit: one low, one high, and one for each protocol's own look. */
  private static final List<Integer> UNDECLARED = List.of(79, 64999);

  /** Where databases listen for clients. */
  static final List<Integer> DATABASES =
      EngineCatalogue.engines().values().stream()
          .flatMap(e -> e.services().values().stream())
          .filter(s -> s.audience() == Audience.GATEWAY)
          .flatMap(s -> s.ports().ranges().stream())
          .map(PortRange::first)
          .distinct()
          .sorted()
          .toList();

  /** One port of one protocol. */
  record Port(Protocol protocol, int number) {}

  private final DeclaredPorts declared;

  ProbePorts(DeclaredPorts declared) {
    this.declared = declared;
  }

  SequencedSet<Port> of(Address address) {
    SequencedSet<Port> out = new LinkedHashSet<>();
    for (PortRange range : declared.at(address).ranges()) {
      if (range.protocol().hasPorts()) {
        addRange(range, out);
      }
    }
    UNDECLARED.forEach(p -> out.add(new Port(Protocol.TCP, p)));
    UNDECLARED.forEach(p -> out.add(new Port(Protocol.UDP, p)));
    DATABASES.forEach(p -> out.add(new Port(Protocol.TCP, p)));
    out.add(
        address.family() == Family.IPV4
            ? new Port(Protocol.ICMP, Packets.ECHO_REQUEST << 8)
            : new Port(Protocol.ICMPV6, Packets.ECHO_REQUEST_6 << 8));
    return out;
  }

  /** Both ends of a range, and what lies just beyond, also of the other protocol. */
  private static void addRange(PortRange range, SequencedSet<Port> out) {
    IntStream.of(range.first(), range.last(), range.first() - 1, range.last() + 1)
        .filter(p -> p > 0 && p <= PortRange.PORT_MAX)
        .forEach(p -> out.add(new Port(range.protocol(), p)));
    if (range.protocol().equals(Protocol.TCP)) {
      out.add(new Port(Protocol.UDP, range.first()));
    } else if (range.protocol().equals(Protocol.UDP)) {
      out.add(new Port(Protocol.TCP, range.first()));
    }
  }
}
