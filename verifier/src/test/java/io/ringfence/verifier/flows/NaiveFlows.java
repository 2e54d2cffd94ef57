package io.ringfence.verifier.flows;

import io.ringfence.model.Address;
import io.ringfence.model.AddressRange;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Family;
import io.ringfence.model.Flow;
import io.ringfence.model.PortRange;
import io.ringfence.model.PortSet;
import io.ringfence.model.Protocol;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** The obviously right twin of flow sets: every flow of a small universe, one by one. */
final class NaiveFlows {
  static final List<String> NAMES = List.of("a.example", "b.example");

  private static final List<String> ADDRESSES =
      List.of(
          "0.0.0.0",
          "10.0.0.0",
          "10.0.0.1",
          "10.0.0.2",
          "10.0.0.255",
          "10.0.1.0",
          "255.255.255.255",
          "::",
          "fd00::",
          "fd00::1",
          "fd00:0:0:1::",
          "fd00:0:0:0:8000::",
          "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
  private static final List<Protocol> PROTOCOLS =
      List.of(Protocol.ICMP, Protocol.TCP, Protocol.UDP, Protocol.ICMPV6, new Protocol(255));
  private static final int[] PORTS = {0, 1, 443, 2048, 32768, 65535};

  private final Random random;
  private final List<Flow> universe = new ArrayList<>();

  NaiveFlows(long seed) {
    random = new Random(seed);
    List<Address> addresses = ADDRESSES.stream().map(Address::parse).toList();
    for (Address source : addresses) {
      for (Address destination : addresses) {
        if (source.family() == destination.family()) {
          addProtocols(source, destination);
        }
      }
    }
  }

  private void addProtocols(Address source, Address destination) {
    for (Protocol protocol : PROTOCOLS) {
      if (!protocol.belongsTo(source.family())) {
        continue;
      }
      for (int port : PORTS) {
        if (port == 0 || protocol.hasPorts() || protocol.isIcmp()) {
          universe.add(new Flow(source, destination, protocol, port));
          NAMES.forEach(
              n -> universe.add(new Flow(source, destination, protocol, port, Optional.of(n))));
        }
      }
    }
  }

  List<Flow> universe() {
    return universe;
  }

  /** A box and what it holds. */
  record Box(AddressSet from, AddressSet to, PortSet ports, Optional<String> name) {
    Set<Flow> flows(List<Flow> universe) {
      Set<Flow> out = new HashSet<>();
      universe.stream().filter(this::holds).forEach(out::add);
      return out;
    }

    private boolean holds(Flow flow) {
      return from.contains(flow.source())
          && to.contains(flow.destination())
          && ports.contains(flow.protocol(), flow.port())
          && (name.isEmpty() || name.equals(flow.fqdn()));
    }

    FlowSet set(FlowSpace space) {
      FlowSet box = space.box(from, to, ports);
      return name.map(n -> box.intersect(space.fqdn(n))).orElse(box);
    }
  }

  Box box() {
    Optional<String> name =
        random.nextInt(4) > 0
            ? Optional.empty()
            : Optional.of(NAMES.get(random.nextInt(NAMES.size())));
    return new Box(addresses(), addresses(), ports(), name);
  }

  private AddressSet addresses() {
    List<AddressRange> ranges = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      Address a = Address.parse(ADDRESSES.get(random.nextInt(ADDRESSES.size())));
      Address b = Address.parse(ADDRESSES.get(random.nextInt(ADDRESSES.size())));
      if (a.family() == b.family()) {
        ranges.add(a.compareTo(b) <= 0 ? new AddressRange(a, b) : new AddressRange(b, a));
      }
    }
    AddressSet set = new AddressSet(ranges);
    return switch (random.nextInt(6)) {
      case 0 -> set.complement();
      case 1 -> AddressSet.ALL.ofFamily(Family.IPV6);
      default -> set;
    };
  }

  private PortSet ports() {
    List<PortRange> ranges = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      Protocol protocol = PROTOCOLS.get(random.nextInt(PROTOCOLS.size()));
      int a = PORTS[random.nextInt(PORTS.length)];
      int b = PORTS[random.nextInt(PORTS.length)];
      boolean ported = protocol.hasPorts() || protocol.isIcmp();
      ranges.add(
          ported
              ? new PortRange(protocol, Math.min(a, b), Math.max(a, b))
              : PortRange.all(protocol));
    }
    return random.nextInt(8) == 0 ? PortSet.ALL : new PortSet(ranges);
  }
}
