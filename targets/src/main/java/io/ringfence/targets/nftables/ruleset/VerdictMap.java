package io.ringfence.targets.nftables.ruleset;

import java.util.List;

/** A map from keys, no two of which overlap, to verdicts. */
public record VerdictMap(
    String name, List<String> types, List<String> flags, List<Element> elements) {
  public VerdictMap {
    Names.require(name, Names.BYTES_MAX);
    types = List.copyOf(types);
    flags = List.copyOf(flags);
    elements = List.copyOf(elements);
  }

  /** One key and its verdict. */
  public record Element(Value key, Verdict verdict) {}
}
