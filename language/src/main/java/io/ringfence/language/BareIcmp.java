package io.ringfence.language;

import io.ringfence.model.PortRange;
import io.ringfence.model.PortSet;
import java.util.List;

/** All of ICMP, which only a guardrail may name: a rule says which message opens the exchange. */
final class BareIcmp {
  private BareIcmp() {}

  static List<PortRange> in(PortSet ports) {
    return ports.ranges().stream().filter(r -> r.protocol().isIcmp() && r.isAll()).toList();
  }

  static String message() {
    return "`icmp` names all of ICMP; a rule names the message that opens the exchange:"
        + " `icmp/echo-request`";
  }
}
