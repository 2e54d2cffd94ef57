package io.ringfence.gateway.trace;

import java.util.Optional;

/**
 * A place in a trace, as the header {@code traceparent} writes it.
 *
 * @param trace 32 hexadecimal digits in lower case, not all zero
 * @param span 16 of them: whose child comes next
 * @param sampled whether who sends it records the trace
 * @see <a href="https://www.w3.org/TR/trace-context/">W3C Trace Context</a>
 */
public record TraceParent(String trace, String span, boolean sampled) {
  /** Of later versions more may follow, which means nothing to this one. */
  static final int CHARACTERS_MAX = 256;

  private static final int CHARACTERS = 55;
  private static final int TRACE_DIGITS = 32;
  private static final int SPAN_DIGITS = 16;
  private static final int SPAN_AT = 36;
  private static final int FLAGS_AT = 53;

  /** Empty where the text is no place in a trace: then a trace begins anew. */
  public static Optional<TraceParent> parse(String text) {
    boolean shaped =
        text.length() >= CHARACTERS
            && text.length() <= CHARACTERS_MAX
            && text.charAt(2) == '-'
            && text.charAt(SPAN_AT - 1) == '-'
            && text.charAt(FLAGS_AT - 1) == '-'
            && hex(text, 0, 2)
            && hex(text, 3, TRACE_DIGITS)
            && hex(text, SPAN_AT, SPAN_DIGITS)
            && hex(text, FLAGS_AT, 2);
    if (!shaped
        || !version(text)
        || zero(text, 3, TRACE_DIGITS)
        || zero(text, SPAN_AT, SPAN_DIGITS)) {
      return Optional.empty();
    }
    int flags = Integer.parseInt(text, FLAGS_AT, CHARACTERS, 16);
    return Optional.of(
        new TraceParent(
            text.substring(3, 3 + TRACE_DIGITS),
            text.substring(SPAN_AT, SPAN_AT + SPAN_DIGITS),
            (flags & 1) != 0));
  }

  /** Version 00 ends where it ends; of later ones the beginning is the same; ff is none. */
  private static boolean version(String text) {
    return text.startsWith("00")
        ? text.length() == CHARACTERS
        : !text.startsWith("ff") && (text.length() == CHARACTERS || text.charAt(CHARACTERS) == '-');
  }

  private static boolean hex(String text, int from, int digits) {
    for (int i = from; i < from + digits; i++) {
      char c = text.charAt(i);
      if (!(c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
        return false;
      }
    }
    return true;
  }

  private static boolean zero(String text, int from, int digits) {
    for (int i = from; i < from + digits; i++) {
      if (text.charAt(i) != '0') {
        return false;
      }
    }
    return true;
  }

  /** The header's value. */
  public String text() {
    return "00-" + trace + "-" + span + (sampled ? "-01" : "-00");
  }
}
