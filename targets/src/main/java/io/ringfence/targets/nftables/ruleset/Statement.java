package io.ringfence.targets.nftables.ruleset;

/** One part of a rule; a rule goes on while its statements match. */
public sealed interface Statement {
  record Match(Expression left, Operator operator, Value right) implements Statement {}

  /** How a match compares. */
  enum Operator {
    EQUAL("==", "== "),
    NOT_EQUAL("!=", "!= "),
    /** Some of the flags are set. */
    ANY("in", "");

    private final String json;
    private final String text;

    Operator(String json, String text) {
      this.json = json;
      this.text = text;
    }

    String json() {
      return json;
    }

    String text() {
      return text;
    }
  }

  /** Looks a key up in a verdict map; goes on behind the rule when the map has none. */
  record Lookup(Expression key, String map) implements Statement {}

  record Counter() implements Statement {}

  /** Matches up to a rate. */
  record Limit(int perSecond, int burstPackets) implements Statement {}

  /** Sends the packet's first bytes to the listeners of a netlink group. */
  record Log(String prefix, int group, int bytes) implements Statement {
    public static final int PREFIX_BYTES_MAX = 127;

    public Log {
      Names.require(prefix, PREFIX_BYTES_MAX);
    }
  }

  /** Sets the connection's mark to what it was, so far as it is kept, and these bits. */
  record SetMark(int kept, int bits) implements Statement {}

  record Apply(Verdict verdict) implements Statement {}
}
