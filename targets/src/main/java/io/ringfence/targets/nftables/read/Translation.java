package io.ringfence.targets.nftables.read;

import com.fasterxml.jackson.databind.JsonNode;
import io.ringfence.model.AddressSet;
import io.ringfence.model.PortRange;
import io.ringfence.model.PortSet;
import io.ringfence.verifier.flows.FlowSet;
import java.util.Optional;

/**
 * What a rule makes of packets' addresses.
 *
 * @param to the destinations that packets get; absent where the machine's own address is meant, or
 *     the rule looks them up
 * @param ports the ports that they get; absent where they keep theirs
 */
record Translation(Kind kind, Optional<AddressSet> to, Optional<Values.Range> ports) {
  /** Which end changes, and to what. */
  enum Kind {
    DNAT,
    /** To the machine itself. */
    REDIRECT,
    SNAT,
    MASQUERADE;

    boolean ofDestinations() {
      return this == DNAT || this == REDIRECT;
    }
  }

  /** Of a statement; empty when it is no translation. */
  static Optional<Translation> of(String kind, JsonNode body) {
    return switch (kind) {
      case "dnat" -> Optional.of(new Translation(Kind.DNAT, addresses(body), ports(body)));
      case "redirect" -> Optional.of(new Translation(Kind.REDIRECT, Optional.empty(), ports(body)));
      case "snat" -> Optional.of(new Translation(Kind.SNAT, Optional.empty(), Optional.empty()));
      case "masquerade" ->
          Optional.of(new Translation(Kind.MASQUERADE, Optional.empty(), Optional.empty()));
      default -> Optional.empty();
    };
  }

  private static Optional<AddressSet> addresses(JsonNode body) {
    for (Type type : new Type[] {Type.IPV4, Type.IPV6}) {
      try {
        if (ValueParser.parse(body.path("addr"), type) instanceof Values.Addresses addresses) {
          return Optional.of(addresses.set());
        }
      } catch (UnreadableException | IllegalArgumentException e) {
        // Of the other family, or looked up.
      }
    }
    return Optional.empty();
  }

  private static Optional<Values.Range> ports(JsonNode body) {
    if (!body.has("port")) {
      return Optional.empty();
    }
    try {
      return ValueParser.parse(body.get("port"), Type.PORT) instanceof Values.Numbers numbers
          ? Optional.of(numbers.ranges().getFirst())
          : Optional.empty();
    } catch (UnreadableException e) {
      return Optional.of(new Values.Range(0, PortRange.PORT_MAX));
    }
  }

  /** What flows become; as wide as what the rule looks up may be. */
  FlowSet moved(FlowSet flows) {
    FlowSet out = flows.toAnywhere();
    if (to.isPresent()) {
      out = out.intersect(flows.space().box(AddressSet.ALL, to.get(), PortSet.ALL));
    }
    if (ports.isEmpty()) {
      return out;
    }
    PortSet there =
        PortSet.union(
            Box.PORTED.stream()
                .map(
                    p ->
                        PortSet.of(
                            new PortRange(p, (int) ports.get().first(), (int) ports.get().last())))
                .toList());
    return out.atAnyPort().intersect(flows.space().box(AddressSet.ALL, AddressSet.ALL, there));
  }
}
