package io.ringfence.targets.nftables.read;

import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.flows.FlowSpace;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** Flows by the mark that their connections have at some point of a ruleset. */
public final class MarkedFlows {
  private final FlowSpace space;
  private final TreeMap<Integer, FlowSet> flowsByMark = new TreeMap<>();

  MarkedFlows(FlowSpace space) {
    this.space = space;
  }

  static MarkedFlows of(int mark, FlowSet flows) {
    MarkedFlows out = new MarkedFlows(flows.space());
    out.add(mark, flows);
    return out;
  }

  void add(int mark, FlowSet flows) {
    if (!flows.isEmpty()) {
      flowsByMark.merge(mark, flows, FlowSet::union);
    }
  }

  void addAll(MarkedFlows other) {
    other.flowsByMark.forEach(this::add);
  }

  /** For each mark another set of flows. */
  MarkedFlows map(BiFunction<Integer, FlowSet, FlowSet> change) {
    MarkedFlows out = new MarkedFlows(space);
    flowsByMark.forEach((mark, flows) -> out.add(mark, change.apply(mark, flows)));
    return out;
  }

  /** The part of some flows. */
  MarkedFlows only(FlowSet part) {
    return map((mark, flows) -> flows.intersect(part));
  }

  /** The same flows under changed marks. */
  MarkedFlows remarked(int kept, int flipped) {
    MarkedFlows out = new MarkedFlows(space);
    flowsByMark.forEach((mark, flows) -> out.add((mark & kept) ^ flipped, flows));
    return out;
  }

  public SortedMap<Integer, FlowSet> flowsByMark() {
    return Collections.unmodifiableSortedMap(flowsByMark);
  }

  boolean isEmpty() {
    return flowsByMark.isEmpty();
  }

  /** The flows under any mark. */
  public FlowSet all() {
    List<FlowSet> sets = new ArrayList<>(flowsByMark.values());
    return space.union(sets);
  }
}
