package io.ringfence.lab;

/** What came of an attempt to reach a port. */
public enum Outcome {
  /** Something answered. */
  ANSWERED(true),
  /** The host said that nobody listens there: the packet did reach it, nothing blocked it. */
  REFUSED(true),
  /** No way there, or the sender's own filter forbade it. */
  UNREACHABLE(false),
  /** No answer in time: dropped on the way. */
  SILENT(false);

  private final boolean reached;

  Outcome(boolean reached) {
    this.reached = reached;
  }

  /** True when the packet came to its destination. */
  public boolean reached() {
    return reached;
  }
}
