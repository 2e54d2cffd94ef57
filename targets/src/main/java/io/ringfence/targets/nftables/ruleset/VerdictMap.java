package io.ringfence.targets.nftables.ruleset;

import java.util.List;
import java.util.Optional;

/** A map from keys, no two of which overlap, to verdicts. */
public record VerdictMap(
    String name, List<String> types, List<String> flags, List<Element> elements) {
  /** Maps of more elements than this are told their size. */
  static final int SIZE_UNTOLD_MAX = 128;

  public VerdictMap {
    Names.require(name, Names.BYTES_MAX);
    types = List.copyOf(types);
    flags = List.copyOf(flags);
    elements = List.copyOf(elements);
  }

  /**
   * One key and its verdict.
   *
   * @param comment whom the element is for
   * @param counted whether it counts; where one of a map's elements does, the kernel has all count
   */
  public record Element(Value key, Verdict verdict, Optional<String> comment, boolean counted) {
    public Element {
      comment.ifPresent(c -> Names.require(c, Rule.COMMENT_BYTES_MAX));
    }

    public Element(Value key, Verdict verdict) {
      this(key, verdict, Optional.empty(), false);
    }
  }

  /** Whether its elements count. */
  boolean counts() {
    return elements.stream().anyMatch(Element::counted);
  }

  /**
   * How many elements the kernel is told to expect. A hash of known size costs less to look up than
   * one that may grow; where they are few it makes no difference, and reads better without.
   */
  Optional<Integer> size() {
    return flags.isEmpty() && elements.size() > SIZE_UNTOLD_MAX
        ? Optional.of(elements.size())
        : Optional.empty();
  }
}
