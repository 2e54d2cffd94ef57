package io.ringfence.verifier.flows;

import static io.ringfence.verifier.flows.DecisionDiagrams.FALSE;
import static io.ringfence.verifier.flows.DecisionDiagrams.TRUE;

import io.ringfence.model.Flow;
import java.util.Optional;
import java.util.OptionalInt;

/** An exact set of flows of one {@link FlowSpace}; equal sets are equal values. */
public final class FlowSet {
  private final FlowSpace space;
  private final int node;

  FlowSet(FlowSpace space, int node) {
    this.space = space;
    this.node = node;
  }

  int node() {
    return node;
  }

  public FlowSpace space() {
    return space;
  }

  public FlowSet union(FlowSet other) {
    return space.set(space.diagrams().or(node, node(other)));
  }

  public FlowSet intersect(FlowSet other) {
    return space.set(space.diagrams().and(node, node(other)));
  }

  public FlowSet minus(FlowSet other) {
    return space.set(space.diagrams().minus(node, node(other)));
  }

  /** The same flows to any other destination of their family too. */
  public FlowSet toAnywhere() {
    int end = FlowVariables.DESTINATION + 128;
    int node = space.diagrams().whatever(this.node, FlowVariables.DESTINATION, end);
    return space.set(node).intersect(space.all());
  }

  /** The same flows at any other destination port of their protocol too. */
  public FlowSet atAnyPort() {
    int end = FlowVariables.PORT + FlowVariables.PORT_BITS;
    return space
        .set(space.diagrams().whatever(node, FlowVariables.PORT, end))
        .intersect(space.all());
  }

  private int node(FlowSet other) {
    if (other.space != space) {
      throw new IllegalArgumentException("flow sets of two spaces do not mix");
    }
    return other.node;
  }

  public boolean isEmpty() {
    return node == FALSE;
  }

  public boolean overlaps(FlowSet other) {
    return !intersect(other).isEmpty();
  }

  public boolean containsAll(FlowSet other) {
    return other.minus(this).isEmpty();
  }

  /** True when the flow is in the set from some source port. */
  public boolean contains(Flow flow) {
    return sourcePort(flow).isPresent();
  }

  /** The lowest source port from which the flow is in the set; 0 when any is. */
  public OptionalInt sourcePort(Flow flow) {
    return new FlowPath(space).sourcePort(node, flow);
  }

  /**
   * One flow of the set, the same one every time: of workloads, TCP and lowest numbers where the
   * set has such. Where the set asks several names of one flow, it bears the first.
   */
  public Optional<Flow> witness() {
    if (isEmpty()) {
      return Optional.empty();
    }
    FlowSet best = this;
    for (FlowSet preference : space.preferences()) {
      FlowSet better = best.intersect(preference);
      best = better.isEmpty() ? best : better;
    }
    return Optional.of(new FlowPath(space).lowest(best.node));
  }

  /** How many flows the set has, source ports and names counted as the part of them that is in. */
  public double size() {
    return new FlowCount(space.diagrams()).count(node);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FlowSet set && set.space == space && set.node == node;
  }

  @Override
  public int hashCode() {
    return node;
  }

  @Override
  public String toString() {
    return switch (node) {
      case FALSE -> "no flow";
      case TRUE -> "every flow";
      default -> "flows such as " + witness().orElseThrow();
    };
  }
}
