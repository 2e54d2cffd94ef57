package io.ringfence.verifier.flows;

import static io.ringfence.verifier.flows.DecisionDiagrams.FALSE;

import io.ringfence.model.Address;
import io.ringfence.model.Family;
import io.ringfence.model.Flow;
import io.ringfence.model.Protocol;
import io.ringfence.model.UserSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Follows one flow through a diagram: from the flow to the answer, or from a set to a flow. */
final class FlowPath {
  private final FlowSpace space;
  private final DecisionDiagrams diagrams;

  FlowPath(FlowSpace space) {
    this.space = space;
    this.diagrams = space.diagrams();
  }

  /** The lowest source port with which the flow is in the set. */
  OptionalInt sourcePort(int node, Flow flow) {
    int rest = node;
    while (rest > DecisionDiagrams.TRUE && diagrams.variable(rest) < FlowVariables.SOURCE_PORT) {
      rest = bit(flow, diagrams.variable(rest)) ? diagrams.high(rest) : diagrams.low(rest);
    }
    return lowestSourcePort(rest, flow, 0);
  }

  private OptionalInt lowestSourcePort(int node, Flow flow, int above) {
    int ask = diagrams.variable(node);
    if (ask >= FlowVariables.NAMES) {
      return answered(node, flow) ? OptionalInt.of(above) : OptionalInt.empty();
    }
    OptionalInt low = lowestSourcePort(diagrams.low(node), flow, above);
    int bit = 1 << FlowVariables.PORT_BITS - 1 - (ask - FlowVariables.SOURCE_PORT);
    return low.isPresent() ? low : lowestSourcePort(diagrams.high(node), flow, above | bit);
  }

  private boolean answered(int node, Flow flow) {
    int rest = node;
    while (rest > DecisionDiagrams.TRUE) {
      String name = space.names().get(diagrams.variable(rest) - FlowVariables.NAMES);
      boolean yes = flow.fqdn().filter(name::equals).isPresent();
      rest = yes ? diagrams.high(rest) : diagrams.low(rest);
    }
    return rest == DecisionDiagrams.TRUE;
  }

  private static boolean bit(Flow flow, int variable) {
    if (variable == FlowVariables.FAMILY) {
      return flow.source().family() == Family.IPV6;
    } else if (variable < FlowVariables.DESTINATION) {
      return flow.source().bit(variable - FlowVariables.SOURCE);
    } else if (variable < FlowVariables.PROTOCOL) {
      return flow.destination().bit(variable - FlowVariables.DESTINATION);
    } else if (variable < FlowVariables.PORT) {
      int shift = FlowVariables.PROTOCOL_BITS - 1 - (variable - FlowVariables.PROTOCOL);
      return (flow.protocol().number() >> shift & 1) != 0;
    }
    if (variable >= FlowVariables.USER) {
      int shift = FlowVariables.USER_BITS - 1 - (variable - FlowVariables.USER);
      return (flow.user().orElse(UserSet.NOBODY) >> shift & 1) != 0;
    }
    int shift = FlowVariables.PORT_BITS - 1 - (variable - FlowVariables.PORT);
    return (flow.port() >> shift & 1) != 0;
  }

  /** The lowest flow of a set that is not empty. */
  Flow lowest(int node) {
    boolean[] bits = new boolean[FlowVariables.NAMES + space.names().size()];
    boolean owned = false;
    for (int rest = node; rest > DecisionDiagrams.TRUE; ) {
      boolean yes = diagrams.low(rest) == FALSE;
      int variable = diagrams.variable(rest);
      owned |= variable >= FlowVariables.USER && variable < FlowVariables.SOURCE_PORT;
      bits[variable] = yes;
      rest = yes ? diagrams.high(rest) : diagrams.low(rest);
    }
    Family family = bits[FlowVariables.FAMILY] ? Family.IPV6 : Family.IPV4;
    return new Flow(
        address(bits, FlowVariables.SOURCE, family),
        address(bits, FlowVariables.DESTINATION, family),
        new Protocol((int) number(bits, FlowVariables.PROTOCOL, FlowVariables.PROTOCOL_BITS)),
        (int) number(bits, FlowVariables.PORT, FlowVariables.PORT_BITS),
        name(bits),
        owned ? user(bits) : OptionalLong.empty());
  }

  private static OptionalLong user(boolean[] bits) {
    long user = number(bits, FlowVariables.USER, FlowVariables.USER_BITS);
    return user == UserSet.NOBODY ? OptionalLong.empty() : OptionalLong.of(user);
  }

  private static Address address(boolean[] bits, int base, Family family) {
    return family == Family.IPV4
        ? Address.ipv4((int) number(bits, base, 32))
        : Address.ipv6(number(bits, base, 64), number(bits, base + 64, 64));
  }

  private static long number(boolean[] bits, int base, int count) {
    long out = 0;
    for (int i = base; i < base + count; i++) {
      out = out << 1 | (bits[i] ? 1 : 0);
    }
    return out;
  }

  private Optional<String> name(boolean[] bits) {
    for (int i = 0; i < space.names().size(); i++) {
      if (bits[FlowVariables.NAMES + i]) {
        return Optional.of(space.names().get(i));
      }
    }
    return Optional.empty();
  }
}
