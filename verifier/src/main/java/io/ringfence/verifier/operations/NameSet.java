package io.ringfence.verifier.operations;

import io.ringfence.model.NamePattern;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The names of collections that all of some patterns match and none of others.
 *
 * @param rowsKey when given, only the rows that the gateway filters by this key
 */
public record NameSet(List<NamePattern> all, List<NamePattern> none, Optional<String> rowsKey) {
  public NameSet {
    all = List.copyOf(all);
    none = List.copyOf(none);
  }

  /** The pattern that says the most of how its names begin. */
  public NamePattern narrowest() {
    return all.stream()
        .max(Comparator.comparingInt(p -> NameIndex.prefix(p).length()))
        .orElse(new NamePattern("*"));
  }

  /** A name in the set. */
  public Optional<String> example() {
    return NameSearch.find(all, none);
  }

  /** A name in the set that another pattern matches too. */
  public Optional<String> exampleIn(NamePattern pattern) {
    List<NamePattern> both = new ArrayList<>(all);
    both.add(pattern);
    return NameSearch.find(both, none);
  }

  /** A name in the set that none of the patterns matches. */
  public Optional<String> exampleOutside(List<NamePattern> patterns) {
    List<NamePattern> out = new ArrayList<>(none);
    out.addAll(patterns);
    return NameSearch.find(all, out);
  }

  /** True when every name of this set is in one of the others, filtered no more than there. */
  public boolean within(List<NameSet> others) {
    return example().isEmpty() || others.stream().anyMatch(this::within);
  }

  private boolean within(NameSet other) {
    boolean filtered = other.rowsKey.isEmpty() || other.rowsKey.equals(rowsKey);
    return filtered
        && other.all.stream().allMatch(p -> exampleOutside(List.of(p)).isEmpty())
        && other.none.stream().allMatch(p -> exampleIn(p).isEmpty());
  }

  /** The words for it in a message. */
  public String text() {
    String names =
        all.stream().map(NamePattern::text).distinct().collect(Collectors.joining(" & "));
    return names + rowsKey.map(k -> " (own rows by " + k + ")").orElse("");
  }
}
