package io.ringfence.targets.nftables.read;

import io.ringfence.model.Address;
import io.ringfence.model.AddressRange;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Family;
import io.ringfence.model.Flow;
import io.ringfence.model.PortRange;
import io.ringfence.model.PortSet;
import io.ringfence.model.Prefix;
import io.ringfence.model.Protocol;
import io.ringfence.model.UserSet;
import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.flows.FlowSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * The flows whose packets, in one situation, have certain values in some fields.
 *
 * @param sourcePorts absent when every source port is meant
 * @param sure false when a field was read that the situation does not know: then some of these
 *     flows' packets may have other values
 */
record Box(
    AddressSet from,
    AddressSet to,
    PortSet ports,
    Optional<PortSet> sourcePorts,
    UserSet users,
    boolean sure) {
  static final Box ALL =
      new Box(AddressSet.ALL, AddressSet.ALL, PortSet.ALL, Optional.empty(), UserSet.ALL, true);
  static final Box NONE =
      new Box(
          AddressSet.EMPTY, AddressSet.EMPTY, PortSet.EMPTY, Optional.empty(), UserSet.EMPTY, true);

  /** Whose ports {@code th} reads. */
  static final List<Protocol> PORTED = List.of(Protocol.TCP, Protocol.UDP, Protocol.SCTP);

  private static final int PROTOCOL_MAX = 255;

  private static final List<Protocol> TUPLE_PORTS =
      List.of(Protocol.ICMP, Protocol.TCP, Protocol.UDP, Protocol.ICMPV6, Protocol.SCTP);

  /** Every flow from here to there. */
  static Box between(AddressSet from, AddressSet to) {
    return new Box(from, to, PortSet.ALL, Optional.empty(), UserSet.ALL, true);
  }

  boolean isEmpty() {
    return from.isEmpty()
        || to.isEmpty()
        || ports.isEmpty()
        || users.isEmpty()
        || sourcePorts.filter(PortSet::isEmpty).isPresent();
  }

  /** True when the flow, from some source port, may be in the box. */
  boolean contains(Flow flow) {
    return from.contains(flow.source())
        && to.contains(flow.destination())
        && ports.contains(flow.protocol(), flow.port())
        && users.contains(flow.user());
  }

  FlowSet in(FlowSpace space) {
    FlowSet box = space.box(from, to, ports, users);
    return sourcePorts.map(p -> box.intersect(space.sourcePorts(p))).orElse(box);
  }

  /** The part whose packets have one of these values in a part of a key. */
  Box where(Key.Part part, Values values, Situation situation, int mark) {
    if (isEmpty()) {
      return NONE;
    }
    return switch (part.field()) {
      case IN_INTERFACE -> when(isName(values, situation.inInterface()));
      case OUT_INTERFACE -> when(isName(values, situation.outInterface()));
      case OWNER -> situation.bySender() ? andUsers(values) : unsure();
      case FAMILY -> ofFamilies(has(values, 2), has(values, 10));
      case ETHER_TYPE -> ofFamilies(has(values, 0x0800), has(values, 0x86dd));
      case PROTOCOL -> ofProtocols(values, situation);
      case STATE -> when(has(values, situation.kind().state()));
      case MARK -> situation.kind().connected() ? when(hasMasked(part, values, mark)) : NONE;
      case DIRECTION ->
          situation.kind().connected() ? when(has(values, situation.reply() ? 1 : 0)) : NONE;
      case CT_PROTOCOL -> connected(situation).andPorts(allPortsOf(values));
      case CT_SOURCE_4, CT_SOURCE_6 -> connected(situation).andFrom(addresses(part, values));
      case CT_DESTINATION_4, CT_DESTINATION_6 ->
          connected(situation).andTo(addresses(part, values));
      case CT_PORT -> connected(situation).andTuplePorts(values);
      case SOURCE_4, SOURCE_6 -> end(part, values, situation, situation.reply());
      case DESTINATION_4, DESTINATION_6 -> end(part, values, situation, !situation.reply());
      case PROTOCOL_4 -> ofFamilies(true, false).ofProtocols(values, situation);
      case HOP_LIMIT ->
          ofFamilies(false, true).known(values, situation.hopLimit().stream().boxed().findFirst());
      case TCP_SOURCE_PORT -> port(Protocol.TCP, values, situation, situation.reply());
      case TCP_PORT -> port(Protocol.TCP, values, situation, !situation.reply());
      case UDP_SOURCE_PORT -> port(Protocol.UDP, values, situation, situation.reply());
      case UDP_PORT -> port(Protocol.UDP, values, situation, !situation.reply());
      case SCTP_SOURCE_PORT -> port(Protocol.SCTP, values, situation, situation.reply());
      case SCTP_PORT -> port(Protocol.SCTP, values, situation, !situation.reply());
      case ANY_SOURCE_PORT -> anyPort(values, situation, situation.reply());
      case ANY_PORT -> anyPort(values, situation, !situation.reply());
      case TCP_FLAGS -> flags(part, values, situation);
      case ICMP_TYPE -> icmp(Protocol.ICMP, values, true, situation);
      case ICMP_CODE -> icmp(Protocol.ICMP, values, false, situation);
      case ICMPV6_TYPE -> icmp(Protocol.ICMPV6, values, true, situation);
      case ICMPV6_CODE -> icmp(Protocol.ICMPV6, values, false, situation);
    };
  }

  // --- Values ---

  private static boolean isName(Values values, String name) {
    return switch (values) {
      case Values.Names v -> v.matches(name);
      case Values.Any v -> true;
      case Values.Numbers v -> false;
      case Values.Addresses v -> false;
    };
  }

  private static boolean has(Values values, long number) {
    return switch (values) {
      case Values.Numbers v -> v.contains(number);
      case Values.Any v -> true;
      case Values.Names v -> false;
      case Values.Addresses v -> false;
    };
  }

  /** True when the number, behind the part's mask, is one of the values. */
  static boolean hasMasked(Key.Part part, Values values, int number) {
    return has(values, Integer.toUnsignedLong(number) & part.mask().orElse(-1));
  }

  private static List<Values.Range> ranges(Values values) {
    return switch (values) {
      case Values.Numbers v -> v.ranges();
      case Values.Any v -> List.of(new Values.Range(0, PortRange.PORT_MAX));
      case Values.Names v -> List.of();
      case Values.Addresses v -> List.of();
    };
  }

  /** The addresses that have these values, behind the mask if there is one. */
  static AddressSet addresses(Key.Part part, Values values) {
    Family family = part.field().type() == Type.IPV4 ? Family.IPV4 : Family.IPV6;
    return switch (values) {
      case Values.Addresses v -> unmasked(v.set(), part.mask());
      case Values.Any v -> AddressSet.ALL.ofFamily(family);
      case Values.Names v -> AddressSet.EMPTY;
      case Values.Numbers v -> AddressSet.EMPTY;
    };
  }

  private static AddressSet unmasked(AddressSet values, OptionalLong mask) {
    if (mask.isEmpty()) {
      return values;
    }
    List<AddressRange> out = new ArrayList<>();
    for (AddressRange range : values.ranges()) {
      if (!range.single()) {
        throw new UnreadableException("range " + range + " behind a mask");
      }
      Address network = range.first();
      Prefix prefix = Prefix.around(network, (int) mask.getAsLong());
      if (prefix.network().equals(network)) {
        out.add(prefix.range());
      }
    }
    return new AddressSet(out);
  }

  private static PortSet allPortsOf(Values protocols) {
    if (protocols instanceof Values.Any) {
      return PortSet.ALL;
    }
    List<PortRange> out = new ArrayList<>();
    for (Values.Range range : ranges(protocols)) {
      for (long n = range.first(); n <= Math.min(range.last(), PROTOCOL_MAX); n++) {
        out.add(PortRange.all(new Protocol((int) n)));
      }
    }
    return new PortSet(out);
  }

  private static PortSet ports(Protocol protocol, Values values) {
    return new PortSet(
        ranges(values).stream()
            .filter(r -> r.first() <= PortRange.PORT_MAX)
            .map(r -> new PortRange(protocol, (int) r.first(), (int) r.last()))
            .toList());
  }

  // --- Parts ---

  private Box when(boolean holds) {
    return holds ? this : NONE;
  }

  private Box connected(Situation situation) {
    return when(situation.kind().connected());
  }

  private Box andFrom(AddressSet set) {
    return new Box(from.intersect(set), to, ports, sourcePorts, users, sure);
  }

  private Box andTo(AddressSet set) {
    return new Box(from, to.intersect(set), ports, sourcePorts, users, sure);
  }

  @SuppressWarnings("ReferenceEquality") // A shortcut past the most common and longest of sets.
  private Box andPorts(PortSet set) {
    if (ports == PortSet.ALL) {
      return new Box(from, to, set, sourcePorts, users, sure);
    }
    PortSet both = set == PortSet.ALL ? ports : ports.intersect(set);
    return new Box(from, to, both, sourcePorts, users, sure);
  }

  /** The tuple that opened a connection has port 0 where the protocol has no ports. */
  private Box andTuplePorts(Values values) {
    List<PortRange> out = new ArrayList<>();
    for (Protocol protocol : ports.ranges().stream().map(PortRange::protocol).distinct().toList()) {
      if (TUPLE_PORTS.contains(protocol)) {
        out.addAll(ports(protocol, values).ranges());
      } else if (has(values, 0)) {
        out.add(PortRange.all(protocol));
      }
    }
    return andPorts(new PortSet(out));
  }

  private Box andSourcePorts(PortSet set) {
    PortSet both = sourcePorts.map(p -> p.intersect(set)).orElse(set);
    return new Box(from, to, ports, Optional.of(both), users, sure);
  }

  /** Of what nobody's socket sends, no owner can be read. */
  private Box andUsers(Values values) {
    List<UserSet.Range> out = new ArrayList<>();
    for (Values.Range range : userRanges(values)) {
      if (range.first() <= UserSet.USER_MAX) {
        out.add(new UserSet.Range(range.first(), Math.min(range.last(), UserSet.USER_MAX)));
      }
    }
    UserSet both = users.intersect(new UserSet(out));
    return new Box(from, to, ports, sourcePorts, both, sure);
  }

  private static List<Values.Range> userRanges(Values values) {
    return switch (values) {
      case Values.Numbers v -> v.ranges();
      case Values.Any v -> List.of(new Values.Range(0, UserSet.USER_MAX));
      case Values.Names v -> List.of();
      case Values.Addresses v -> List.of();
    };
  }

  /** What a field that the situation does not know may be. */
  private Box unsure() {
    return new Box(from, to, ports, sourcePorts, users, false);
  }

  private Box known(Values values, Optional<Integer> number) {
    if (values instanceof Values.Any) {
      return this;
    }
    return number.map(n -> when(has(values, n))).orElse(unsure());
  }

  private Box ofFamilies(boolean v4, boolean v6) {
    if (v4 && v6) {
      return this;
    }
    return v4 || v6 ? andFrom(AddressSet.ALL.ofFamily(v4 ? Family.IPV4 : Family.IPV6)) : NONE;
  }

  /** An error about a connection is ICMP itself. */
  private Box ofProtocols(Values values, Situation situation) {
    return situation.kind().error()
        ? ofFamilies(has(values, Protocol.ICMP.number()), has(values, Protocol.ICMPV6.number()))
        : andPorts(allPortsOf(values));
  }

  private Box end(Key.Part part, Values values, Situation situation, boolean atDestination) {
    AddressSet set = addresses(part, values);
    if (situation.addressed()) {
      return atDestination ? andTo(set) : andFrom(set);
    }
    Box family = ofFamilies(part.field().type() == Type.IPV4, part.field().type() == Type.IPV6);
    return values instanceof Values.Any ? family : family.when(!set.isEmpty()).unsure();
  }

  private Box port(Protocol protocol, Values values, Situation situation, boolean atDestination) {
    if (situation.kind().error()) {
      return NONE;
    }
    Box ofProtocol = andPorts(PortSet.of(PortRange.all(protocol)));
    return atDestination
        ? ofProtocol.andPorts(ports(protocol, values))
        : ofProtocol.andSourcePorts(ports(protocol, values));
  }

  /** Ports of all the protocols that have them at the same place. */
  private Box anyPort(Values values, Situation situation, boolean atDestination) {
    if (situation.kind().error()) {
      return NONE;
    }
    PortSet all = PortSet.union(PORTED.stream().map(p -> allOf(p)).toList());
    PortSet theirs = PortSet.union(PORTED.stream().map(p -> ports(p, values)).toList());
    return atDestination ? andPorts(theirs) : andPorts(all).andSourcePorts(theirs);
  }

  private static PortSet allOf(Protocol protocol) {
    return PortSet.of(PortRange.all(protocol));
  }

  private Box flags(Key.Part part, Values values, Situation situation) {
    if (situation.kind().error()) {
      return NONE;
    }
    Optional<Integer> masked =
        situation.tcpFlags().stream()
            .map(f -> (int) (f & part.mask().orElse(-1)))
            .boxed()
            .findFirst();
    return andPorts(PortSet.of(PortRange.all(Protocol.TCP))).known(values, masked);
  }

  private Box icmp(Protocol protocol, Values values, boolean type, Situation situation) {
    if (situation.kind().error()) {
      Box family = ofFamilies(protocol.equals(Protocol.ICMP), protocol.equals(Protocol.ICMPV6));
      return type ? family.error(protocol, values) : family.known(values, Optional.empty());
    }
    Box ofProtocol = andPorts(PortSet.of(PortRange.all(protocol)));
    if (type) {
      return ofProtocol.andPorts(types(protocol, values, situation.reply()));
    }
    return situation.reply()
        ? ofProtocol.known(values, Optional.empty())
        : ofProtocol.andPorts(codes(protocol, values));
  }

  /** An error's type is one of several; the situation does not know which. */
  private Box error(Protocol protocol, Values values) {
    boolean v4 = protocol.equals(Protocol.ICMP);
    IntStream types = v4 ? IntStream.of(3, 4, 5, 11, 12) : IntStream.range(0, 128);
    List<Boolean> met = types.mapToObj(t -> has(values, t)).distinct().toList();
    return met.size() > 1 ? unsure() : when(met.getFirst());
  }

  /** The flows of ICMP whose packets, or the replies to them, have one of these types. */
  private static PortSet types(Protocol protocol, Values values, boolean reply) {
    return new PortSet(
        IntStream.range(0, 256)
            .filter(t -> reply ? has(values, replyType(protocol, t)) : has(values, t))
            .mapToObj(t -> new PortRange(protocol, t << 8, t << 8 | 255))
            .toList());
  }

  /** The type that answers a request; the kernel follows no exchange but these. */
  private static int replyType(Protocol protocol, int type) {
    return switch (type) {
      case 8 -> protocol.equals(Protocol.ICMP) ? 0 : -1;
      case 13, 15, 17 -> protocol.equals(Protocol.ICMP) ? type + 1 : -1;
      case 128, 139 -> protocol.equals(Protocol.ICMPV6) ? type + 1 : -1;
      default -> -1;
    };
  }

  private static PortSet codes(Protocol protocol, Values values) {
    return new PortSet(
        IntStream.rangeClosed(0, PortRange.PORT_MAX)
            .filter(p -> has(values, p & 255))
            .mapToObj(p -> new PortRange(protocol, p, p))
            .toList());
  }
}
