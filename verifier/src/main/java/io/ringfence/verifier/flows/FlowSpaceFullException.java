package io.ringfence.verifier.flows;

/** A check that would need more nodes than a flow space may hold; nothing was decided. */
public final class FlowSpaceFullException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  FlowSpaceFullException(int nodesMax) {
    super(
        "the flow sets of this check need more than "
            + nodesMax
            + " nodes; nothing was decided. Check parts of the blueprint one at a time");
  }
}
