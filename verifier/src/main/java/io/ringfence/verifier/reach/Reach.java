package io.ringfence.verifier.reach;

import io.ringfence.model.Flow;
import io.ringfence.model.PortSet;
import java.util.List;
import java.util.Optional;

/**
 * What is permitted from one place to another.
 *
 * @param ports at which some of the sources reach some of the destinations
 * @param rules that permit it, in their order
 * @param conditional true when each of those rules limits operations, so that a gateway decides
 * @param witness one of the flows; absent when there is none
 * @param through the ways by a gateway, which are no flow from here to there
 */
public record Reach(
    PortSet ports,
    List<String> rules,
    boolean conditional,
    Optional<Flow> witness,
    List<Way> through) {
  public Reach {
    rules = List.copyOf(rules);
    through = List.copyOf(through);
  }

  /** From here to a gateway and from the gateway to there, under one rule. */
  public record Way(String gateway, String rule, Flow entry, Flow exit) {}

  /** True when no flow leads there, gateways aside. */
  public boolean isEmpty() {
    return witness.isEmpty();
  }
}
