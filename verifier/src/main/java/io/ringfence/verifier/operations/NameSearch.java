package io.ringfence.verifier.operations;

import io.ringfence.model.NamePattern;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Finds a collection's name that some patterns match and others do not, and that is in none of some
 * sets, exactly: a breadth-first walk over the product of the patterns' automata.
 */
final class NameSearch {
  /** The most states of one walk; far more than patterns of sensible length have. */
  static final int STATES_MAX = 200_000;

  /** The most of one that asks whether sets together hold another: lint asks that often. */
  static final int UNION_STATES_MAX = 10_000;

  /** Stands for every character that no pattern mentions. */
  private static final String ANY = "docs";

  private final List<NamePattern> all;
  private final List<NamePattern> none;
  private final List<NameSet> outside;
  private final List<String> patterns = new ArrayList<>();

  private NameSearch(
      Collection<NamePattern> all, Collection<NamePattern> none, List<NameSet> outside) {
    this.all = List.copyOf(all);
    this.none = List.copyOf(none);
    this.outside = outside;
    this.all.forEach(p -> patterns.add(p.text()));
    this.none.forEach(p -> patterns.add(p.text()));
    outside.forEach(s -> s.all().forEach(p -> patterns.add(p.text())));
    outside.forEach(s -> s.none().forEach(p -> patterns.add(p.text())));
  }

  /** Whether all names of a set are in one or another of some; not, where that takes too long. */
  static boolean within(NameSet set, List<NameSet> others) {
    NameSearch search = new NameSearch(set.all(), set.none(), others);
    return search.guess().isEmpty()
        && search.walk(UNION_STATES_MAX).filter(Optional::isEmpty).isPresent();
  }

  /** A name that all of {@code all} match and none of {@code none}; a readable one if easy. */
  static Optional<String> find(Collection<NamePattern> all, Collection<NamePattern> none) {
    NameSearch search = new NameSearch(all, none, List.of());
    return search.guess().or(search::walked);
  }

  private Optional<String> walked() {
    return walk(STATES_MAX)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "the collection patterns "
                        + patterns
                        + " are too many to compare; use fewer stars"));
  }

  private Optional<String> guess() {
    for (NamePattern pattern : all) {
      String guess = pattern.text().replace("*", ANY);
      if (fits(guess)) {
        return Optional.of(guess);
      }
    }
    return Optional.of(ANY).filter(this::fits);
  }

  private boolean fits(String name) {
    return all.stream().allMatch(p -> p.matches(name))
        && none.stream().noneMatch(p -> p.matches(name))
        && outside.stream().noneMatch(s -> s.contains(name));
  }

  /** The first name that fits, if there is one; absent when there are too many states. */
  private Optional<Optional<String>> walk(int statesMax) {
    char[] alphabet = alphabet();
    List<BitSet> start = patterns.stream().map(p -> close(p, bit(0))).toList();
    Map<List<BitSet>, String> names = new HashMap<>(Map.of(start, ""));
    Deque<List<BitSet>> queue = new ArrayDeque<>(List.of(start));
    while (!queue.isEmpty()) {
      List<BitSet> states = queue.remove();
      for (char c : alphabet) {
        List<BitSet> next = step(states, c);
        String name = names.get(states) + c;
        if (fits(name)) {
          return Optional.of(Optional.of(name));
        }
        if (alive(next) && names.putIfAbsent(next, name) == null) {
          queue.add(next);
        }
      }
      if (names.size() > statesMax) {
        return Optional.empty();
      }
    }
    return Optional.of(Optional.empty());
  }

  /** Every character that a pattern mentions, and one that none does. */
  private char[] alphabet() {
    TreeSet<Character> out = new TreeSet<>();
    patterns.forEach(p -> p.chars().filter(c -> c != '*').forEach(c -> out.add((char) c)));
    char other = 'x';
    while (out.contains(other)) {
      other++;
    }
    char[] letters = new char[out.size() + 1];
    int i = 0;
    letters[i++] = other;
    for (char c : out) {
      letters[i++] = c;
    }
    return letters;
  }

  /** A name that some wanted pattern can match no more is of no use. */
  private boolean alive(List<BitSet> states) {
    return states.subList(0, all.size()).stream().noneMatch(BitSet::isEmpty);
  }

  private List<BitSet> step(List<BitSet> states, char c) {
    List<BitSet> out = new ArrayList<>();
    for (int i = 0; i < states.size(); i++) {
      String pattern = patterns.get(i);
      BitSet next = new BitSet();
      states.get(i).stream()
          .filter(at -> at < pattern.length())
          .forEach(at -> advance(pattern, at, c, next));
      out.add(close(pattern, next));
    }
    return out;
  }

  private static void advance(String pattern, int at, char c, BitSet next) {
    if (pattern.charAt(at) == '*') {
      next.set(at);
    } else if (pattern.charAt(at) == c) {
      next.set(at + 1);
    }
  }

  /** A star may stand for nothing. */
  private static BitSet close(String pattern, BitSet states) {
    for (int at = 0; at < pattern.length(); at++) {
      if (states.get(at) && pattern.charAt(at) == '*') {
        states.set(at + 1);
      }
    }
    return states;
  }

  private static BitSet bit(int index) {
    BitSet out = new BitSet();
    out.set(index);
    return out;
  }
}
