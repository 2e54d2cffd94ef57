package io.ringfence.gateway.trace;

import java.util.Map;

/**
 * A stretch of time of a trace, when it is over.
 *
 * @param trace its identifier, as hexadecimal digits
 * @param parent empty for the first of a trace
 * @param startNanos since 1970
 * @param attributes text, whole numbers and truths, under names of ours
 */
public record Span(
    String trace,
    String id,
    String parent,
    String name,
    Kind kind,
    long startNanos,
    long endNanos,
    Map<String, Object> attributes,
    boolean failed) {
  /** On which side of a call it is. */
  public enum Kind {
    INTERNAL,
    SERVER,
    CLIENT
  }
}
