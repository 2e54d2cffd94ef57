package io.ringfence.targets.nftables.read;

import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** One field or several side by side, each perhaps behind a mask. */
record Key(List<Part> parts) {
  static final Key NONE = new Key(List.of());

  Key {
    parts = List.copyOf(parts);
  }

  /**
   * One field.
   *
   * @param mask for a number the bits that count; for an address how many of its first bits do
   */
  record Part(Field field, OptionalLong mask) {}

  String text() {
    return parts.stream()
        .map(p -> p.field().text() + (p.mask().isPresent() ? " & mask" : ""))
        .collect(Collectors.joining(" . "));
  }
}
