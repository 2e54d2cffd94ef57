package io.ringfence.targets.iptables;

/** A line cannot be read; its reader makes a {@link SaveProblem} of it. */
final class SaveException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int column;

  SaveException(int column, String message) {
    super(message, null, false, false);
    this.column = column;
  }

  int column() {
    return column;
  }
}
