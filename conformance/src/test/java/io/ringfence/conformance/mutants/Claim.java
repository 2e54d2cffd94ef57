package io.ringfence.conformance.mutants;

import io.ringfence.targets.nftables.ReadBack;
import io.ringfence.verifier.flows.FlowSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What read-back says of some packets, taken apart.
 *
 * @param hook {@code input}, {@code output} or {@code forward}
 * @param in the interface that they come in by; empty at output
 * @param out the interface that they leave by; empty at input
 * @param about what packets they are
 * @param effect what the ruleset does to them, which the blueprint does not say
 * @param flows the flows that they are of
 */
record Claim(
    String hook, String in, String out, About about, int number, Effect effect, FlowSet flows) {
  /** What a ruleset may do to packets. */
  enum Effect {
    PASSED,
    DROPPED,
    /** Passed or not, their connection bears a mark that it should not. */
    MARKED
  }

  /** What packets a claim may be about. */
  enum About {
    FIRST("a first packet"),
    ANNOUNCED("a first packet that was announced"),
    ANNOUNCED_MIDSTREAM("a first packet without SYN that was announced"),
    MIDSTREAM("a TCP packet of no connection"),
    OF_CURRENT("a packet of a current connection"),
    OF_EARLIER("a packet of an earlier connection"),
    REPLY_OF_CURRENT("a reply of a current connection"),
    REPLY_OF_EARLIER("a reply of an earlier connection"),
    ERROR_OF_CURRENT("an error about a current connection"),
    ERROR_OF_EARLIER("an error about an earlier connection"),
    UNCONNECTED("a packet of no connection"),
    INFRASTRUCTURE("infrastructure with hop limit"),
    TO_ITSELF("a packet to itself");

    private final String text;

    About(String text) {
      this.text = text;
    }

    boolean isReply() {
      return this == REPLY_OF_CURRENT || this == REPLY_OF_EARLIER;
    }

    boolean isAnnounced() {
      return this == ANNOUNCED || this == ANNOUNCED_MIDSTREAM;
    }

    boolean isError() {
      return this == ERROR_OF_CURRENT || this == ERROR_OF_EARLIER;
    }

    /** Of a connection that there was before, and that bears a mark. */
    boolean isConnected() {
      return isReply() || isError() || this == OF_CURRENT || this == OF_EARLIER;
    }

    boolean isCurrent() {
      return this == OF_CURRENT || this == REPLY_OF_CURRENT || this == ERROR_OF_CURRENT;
    }
  }

  private static final Pattern TEXT =
      Pattern.compile(
          "(?:(input|output) by `([^`]*)`|(forward) from `([^`]*)` to `([^`]*)`), (.*?)(\\d*)("
              + ReadBack.MARKED
              + ")?");

  static Claim of(ReadBack.Difference difference) {
    Matcher text = TEXT.matcher(difference.situation());
    if (!text.matches()) {
      throw new IllegalArgumentException("no situation: " + difference.situation());
    }
    boolean forward = text.group(3) != null;
    String hook = forward ? text.group(3) : text.group(1);
    String in = forward ? text.group(4) : hook.equals("input") ? text.group(2) : "";
    String out = forward ? text.group(5) : hook.equals("output") ? text.group(2) : "";
    int number = text.group(7).isEmpty() ? 0 : Integer.parseInt(text.group(7));
    Effect effect =
        text.group(8) != null
            ? Effect.MARKED
            : difference.kind() == ReadBack.Kind.EXCESS ? Effect.PASSED : Effect.DROPPED;
    return new Claim(hook, in, out, about(text.group(6)), number, effect, difference.flows());
  }

  /** The same of other flows. */
  Claim about(FlowSet others) {
    return new Claim(hook, in, out, about, number, effect, others);
  }

  private static About about(String text) {
    return List.of(About.values()).stream()
        .filter(a -> a.text.equals(text.strip()))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no packets: " + text));
  }
}
