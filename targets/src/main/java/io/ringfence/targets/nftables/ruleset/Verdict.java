package io.ringfence.targets.nftables.ruleset;

/** Where evaluation goes. */
public sealed interface Verdict {
  record Accept() implements Verdict {}

  record Drop() implements Verdict {}

  /** Back to behind the rule that jumped here. */
  record Return() implements Verdict {}

  record Jump(String chain) implements Verdict {}

  /** To another chain, whose end is this one's end. */
  record Goto(String chain) implements Verdict {}
}
