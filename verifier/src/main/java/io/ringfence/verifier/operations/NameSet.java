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

  boolean contains(String name) {
    return all.stream().allMatch(p -> p.matches(name))
        && none.stream().noneMatch(p -> p.matches(name));
  }

  /**
   * True when every name of this set is in one or another of the others, filtered no more than
   * there. Not, where that takes too long to tell of several together.
   */
  public boolean within(List<NameSet> others) {
    List<NameSet> some = others.stream().filter(this::filtersNoLess).distinct().toList();
    return example().isEmpty()
        || some.stream().anyMatch(this::within)
        || some.size() > 1 && NameSearch.within(this, some);
  }

  private boolean filtersNoLess(NameSet other) {
    return other.rowsKey.isEmpty() || other.rowsKey.equals(rowsKey);
  }

  private boolean within(NameSet other) {
    return other.all.stream().allMatch(p -> exampleOutside(List.of(p)).isEmpty())
        && other.none.stream().allMatch(p -> exampleIn(p).isEmpty());
  }

  /** The words for it in a message. */
  public String text() {
    String names =
        all.stream().map(NamePattern::text).distinct().collect(Collectors.joining(" & "));
    return names + rowsKey.map(k -> " (own rows by " + k + ")").orElse("");
  }
}
