package io.ringfence.targets.nftables.read;

import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.flows.FlowSpace;
import java.util.Map;
import java.util.TreeMap;

/**
 * All that a ruleset does to packets in one situation: where they end up, under which marks of
 * their connections, and what else is done with which of them.
 */
record Outcome(MarkedFlows accepted, MarkedFlows dropped, TreeMap<String, FlowSet> effects) {
  static Outcome none(FlowSpace space) {
    return new Outcome(new MarkedFlows(space), new MarkedFlows(space), new TreeMap<>());
  }

  void addEffect(String what, FlowSet flows) {
    if (!flows.isEmpty()) {
      effects.merge(what, flows, FlowSet::union);
    }
  }

  boolean does(Outcome other) {
    return accepted.flowsByMark().equals(other.accepted.flowsByMark())
        && dropped.flowsByMark().equals(other.dropped.flowsByMark())
        && Map.copyOf(effects).equals(Map.copyOf(other.effects));
  }
}
