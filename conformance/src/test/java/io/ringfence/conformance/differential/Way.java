package io.ringfence.conformance.differential;

/** How a packet gets to a machine's ruleset. */
public sealed interface Way {
  /** From the network, by an interface. */
  record In(String by) implements Way {}

  /** From the machine itself. */
  record FromItself() implements Way {}

  default String text() {
    return switch (this) {
      case In in -> "in by `" + in.by() + "`";
      case FromItself itself -> "from the machine itself";
    };
  }
}
