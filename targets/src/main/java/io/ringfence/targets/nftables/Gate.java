package io.ringfence.targets.nftables;

import io.ringfence.targets.nftables.read.Situation;
import io.ringfence.targets.nftables.read.Situation.Hook;
import io.ringfence.verifier.flows.FlowSet;

/**
 * One way into or out of a machine, and the flows of the blueprint that go by it.
 *
 * @param in the interface that packets come in by; empty where they come from the machine itself
 * @param opening the permitted flows whose first packets go by here
 * @param answered the permitted flows whose replies go by here, whatever is known of them
 * @param answeredMarked the same of connections that are marked as permitted
 * @param errors the permitted flows that errors may be about
 * @param sentErrors those of them that errors must pass about, whatever address they bear
 * @param belongs the flows whose source belongs here, and so may send packets here
 * @param belongsReversed the flows whose destination does, and so may reply here
 * @param byOwner whether it is the owner of a socket who opens flows here, of whom errors say
 *     nothing
 */
record Gate(
    Hook hook,
    String in,
    String out,
    FlowSet opening,
    FlowSet answered,
    FlowSet answeredMarked,
    FlowSet errors,
    FlowSet sentErrors,
    FlowSet belongs,
    FlowSet belongsReversed,
    boolean byOwner) {
  Gate(
      Hook hook,
      String in,
      String out,
      FlowSet opening,
      FlowSet answered,
      FlowSet errors,
      FlowSet sentErrors,
      FlowSet belongs,
      FlowSet belongsReversed) {
    this(
        hook,
        in,
        out,
        opening,
        answered,
        answered,
        errors,
        sentErrors,
        belongs,
        belongsReversed,
        false);
  }

  /** The flows whose packets, or errors about them, must pass once their connection is marked. */
  FlowSet marked(boolean reply) {
    return reply ? answeredMarked : opening;
  }

  /** The flows that errors from one of their ends must pass about. */
  FlowSet addressedErrors(boolean reply) {
    return byOwner && !reply ? sentErrors : expected(reply);
  }

  /** Whether what goes by here stays on the machine. */
  boolean isLocal() {
    return out.equals(Situation.LOOPBACK);
  }

  FlowSet expected(boolean reply) {
    return reply ? answered : opening;
  }

  FlowSet belonging(boolean reply) {
    return reply ? belongsReversed : belongs;
  }

  String text() {
    return switch (hook) {
      case INPUT -> "input by `" + in + "`";
      case OUTPUT -> "output by `" + out + "`";
      case FORWARD -> "forward from `" + in + "` to `" + out + "`";
    };
  }
}
