package io.ringfence.verifier.flows;

import java.util.HashMap;
import java.util.Map;

/** Counts a set's flows, as the part of all assignments that it holds. */
final class FlowCount {
  private static final double IPV4_FLOWS = Math.pow(2, 32 + 32 + 8 + 16);
  private static final double IPV6_FLOWS = Math.pow(2, 128 + 128 + 8 + 16);

  private final DecisionDiagrams diagrams;
  private final Map<Integer, Double> parts = new HashMap<>();

  FlowCount(DecisionDiagrams diagrams) {
    this.diagrams = diagrams;
  }

  double count(int node) {
    boolean asks = diagrams.variable(node) == FlowVariables.FAMILY;
    return IPV4_FLOWS * part(asks ? diagrams.low(node) : node)
        + IPV6_FLOWS * part(asks ? diagrams.high(node) : node);
  }

  private double part(int node) {
    if (node <= DecisionDiagrams.TRUE) {
      return node;
    }
    Double known = parts.get(node);
    if (known == null) {
      known = (part(diagrams.low(node)) + part(diagrams.high(node))) / 2;
      parts.put(node, known);
    }
    return known;
  }
}
