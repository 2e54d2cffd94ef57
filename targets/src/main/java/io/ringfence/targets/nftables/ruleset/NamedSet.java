package io.ringfence.targets.nftables.ruleset;

import java.util.List;
import java.util.Optional;

/**
 * A set with a name.
 *
 * @param types the nft data types of an element's parts
 * @param flags {@code interval}, {@code timeout}
 */
public record NamedSet(
    String name,
    List<String> types,
    List<String> flags,
    List<Value> elements,
    Optional<String> comment) {
  public NamedSet {
    Names.require(name, Names.BYTES_MAX);
    types = List.copyOf(types);
    flags = List.copyOf(flags);
    elements = List.copyOf(elements);
    comment.ifPresent(c -> Names.require(c, Rule.COMMENT_BYTES_MAX));
  }
}
