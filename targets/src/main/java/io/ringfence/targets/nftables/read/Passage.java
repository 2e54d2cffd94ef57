package io.ringfence.targets.nftables.read;

import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.flows.FlowSpace;

/**
 * Where packets end up.
 *
 * <p>A flow is in two of these when it depends on what the situation leaves open, as a rate limit.
 *
 * @param accepted whose packets may pass
 * @param dropped whose packets may not
 * @param returned whose packets come back from a chain; none from a hook
 */
public record Passage(MarkedFlows accepted, MarkedFlows dropped, MarkedFlows returned) {
  /** The part of some flows. */
  Passage only(FlowSet flows) {
    return new Passage(accepted.only(flows), dropped.only(flows), returned.only(flows));
  }

  void addAll(Passage other) {
    accepted.addAll(other.accepted);
    dropped.addAll(other.dropped);
    returned.addAll(other.returned);
  }

  static Passage none(FlowSpace space) {
    return new Passage(new MarkedFlows(space), new MarkedFlows(space), new MarkedFlows(space));
  }
}
