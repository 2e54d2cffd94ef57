package io.ringfence.verifier.operations;

import io.ringfence.model.NamePattern;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * Things by patterns of names. What begins otherwise up to the first star shares no name, so that
 * few patterns are compared.
 *
 * @param <T> what is found
 */
public final class NameIndex<T> {
  private final NavigableMap<String, List<T>> byPrefix = new TreeMap<>();

  public void put(NamePattern pattern, T value) {
    byPrefix.computeIfAbsent(prefix(pattern), p -> new ArrayList<>()).add(value);
  }

  /** What stands under a pattern that may match a name which this one matches. */
  public Set<T> sharing(NamePattern pattern) {
    String prefix = prefix(pattern);
    Set<T> out = new LinkedHashSet<>();
    for (int length = 0; length < prefix.length(); length++) {
      out.addAll(byPrefix.getOrDefault(prefix.substring(0, length), List.of()));
    }
    byPrefix.tailMap(prefix, true).entrySet().stream()
        .takeWhile(e -> e.getKey().startsWith(prefix))
        .forEach(e -> out.addAll(e.getValue()));
    return out;
  }

  /** What every name that matches begins with. */
  static String prefix(NamePattern pattern) {
    int star = pattern.text().indexOf('*');
    return star < 0 ? pattern.text() : pattern.text().substring(0, star);
  }
}
