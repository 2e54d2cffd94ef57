package io.ringfence.targets.nftables.read;

/** One statement of a rule, as far as it matters to where a packet goes. */
sealed interface Step {
  /** Goes on when the key is in the table, or, inverted, when it can be read and is not. */
  record Match(Key key, Table table, boolean inverted) implements Step {}

  /** Goes where the map says; the rule ends when it has no such key. */
  record Lookup(Key key, Table map) implements Step {}

  /**
   * Goes on for some packets and ends the rule for others: a limit.
   *
   * @param why what is not understood; empty where nothing is to be said of it
   */
  record Perhaps(String why) implements Step {}

  /** The connection's mark becomes {@code mark & kept ^ flipped}. */
  record SetMark(int kept, int flipped) implements Step {
    /** True when it needs the mark that was; where there is no connection, the rule ends then. */
    boolean reads() {
      return kept != 0;
    }
  }

  record Go(Target target) implements Step {}

  /**
   * Does something that is no verdict: logs, translates, takes from a limit.
   *
   * @param what the statement as it reads; empty in a ruleset of ours
   */
  record Effect(String what) implements Step {
    /** To be rejected is the same whichever rule does it. */
    boolean isRejection() {
      return what.startsWith("reject");
    }
  }

  /** What of a packet it looks at. */
  default Key key() {
    return switch (this) {
      case Match s -> s.key;
      case Lookup s -> s.key;
      case Perhaps s -> Key.NONE;
      case SetMark s -> Key.NONE;
      case Go s -> Key.NONE;
      case Effect s -> Key.NONE;
    };
  }
}
