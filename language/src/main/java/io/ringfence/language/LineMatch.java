package io.ringfence.language;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds which lines of an edited text were there before: those that each text has once and that are
 * in the same order in both, the most of them, and what is the same around those ("patience diff").
 */
final class LineMatch {
  /** Stands for a line that was not there. */
  static final int NEW = -1;

  private final List<String> before;
  private final List<String> after;
  private final int[] from;

  private LineMatch(List<String> before, List<String> after) {
    this.before = before;
    this.after = after;
    this.from = new int[after.size()];
    Arrays.fill(from, NEW);
  }

  /** For each line of the later text its index in the earlier one, or {@link #NEW}. */
  static int[] of(List<String> before, List<String> after) {
    LineMatch match = new LineMatch(before, after);
    match.fill();
    return match.from;
  }

  private void fill() {
    int lastBefore = -1;
    int lastAfter = -1;
    for (int anchor : anchors()) {
      int there = from[anchor];
      between(lastBefore, lastAfter, there, anchor);
      lastBefore = there;
      lastAfter = anchor;
    }
    between(lastBefore, lastAfter, before.size(), after.size());
  }

  /** Lines next to what is the same, so long as they are. */
  private void between(int beginBefore, int beginAfter, int endBefore, int endAfter) {
    int b = beginBefore + 1;
    int a = beginAfter + 1;
    while (b < endBefore && a < endAfter && before.get(b).equals(after.get(a))) {
      from[a++] = b++;
    }
    int y = endBefore - 1;
    int x = endAfter - 1;
    while (y >= b && x >= a && before.get(y).equals(after.get(x))) {
      from[x--] = y--;
    }
  }

  /** The longest ascending run of lines that both have once; their places are entered. */
  private List<Integer> anchors() {
    Map<String, Integer> there = once(before);
    Map<String, Integer> here = once(after);
    List<Integer> candidates = new ArrayList<>();
    for (int i = 0; i < after.size(); i++) {
      Integer place = there.get(after.get(i));
      if (place != null && here.containsKey(after.get(i))) {
        from[i] = place;
        candidates.add(i);
      }
    }
    List<Integer> kept = ascending(candidates);
    Set<Integer> stay = new HashSet<>(kept);
    candidates.stream().filter(c -> !stay.contains(c)).forEach(c -> from[c] = NEW);
    return kept;
  }

  private static Map<String, Integer> once(List<String> lines) {
    Map<String, Integer> out = new HashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      out.merge(lines.get(i), i, (first, second) -> NEW);
    }
    out.values().removeIf(i -> i == NEW);
    return out;
  }

  /** By the ends of the best runs of each length so far, each with what comes before it. */
  private List<Integer> ascending(List<Integer> candidates) {
    List<Integer> ends = new ArrayList<>();
    Map<Integer, Integer> previous = new HashMap<>();
    for (int candidate : candidates) {
      int low = 0;
      int high = ends.size();
      while (low < high) {
        int middle = (low + high) / 2;
        if (from[ends.get(middle)] < from[candidate]) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      if (low > 0) {
        previous.put(candidate, ends.get(low - 1));
      }
      if (low == ends.size()) {
        ends.add(candidate);
      } else {
        ends.set(low, candidate);
      }
    }
    List<Integer> out = new ArrayList<>();
    for (Integer at = ends.isEmpty() ? null : ends.getLast(); at != null; at = previous.get(at)) {
      out.add(at);
    }
    return out.reversed();
  }
}
