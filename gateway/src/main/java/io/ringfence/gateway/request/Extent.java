package io.ringfence.gateway.request;

import java.util.OptionalLong;

/** How much an answer shows, as far as it is known. */
public record Extent(OptionalLong bytes, OptionalLong rows) {
  public static final Extent UNKNOWN = new Extent(OptionalLong.empty(), OptionalLong.empty());

  public static Extent ofBytes(long bytes) {
    return new Extent(OptionalLong.of(bytes), OptionalLong.empty());
  }

  public Extent withRows(OptionalLong known) {
    return new Extent(bytes, known);
  }
}
