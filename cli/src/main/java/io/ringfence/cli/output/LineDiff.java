package io.ringfence.cli.output;

import java.util.ArrayList;
import java.util.List;

/**
 * The lines that differ between two texts, as {@code diff -u} shows them.
 *
 * @see <a href="https://doi.org/10.1007/BF01840446">Myers, An O(ND) difference algorithm</a>
 */
public final class LineDiff {
  private static final int CONTEXT = 3;

  /** Past so many differing lines the rest counts as replaced: the trace grows with the square. */
  private static final int DISTANCE_MAX = 1_000;

  private LineDiff() {}

  /** One line of either text, or of both. */
  private record Edit(char sign, String text) {}

  /** The hunks, without the two lines that name the files; empty when the texts are equal. */
  public static List<String> unified(String before, String after) {
    List<Edit> edits = edits(before.lines().toList(), after.lines().toList());
    List<String> out = new ArrayList<>();
    int i = 0;
    while ((i = nextChange(edits, i)) < edits.size()) {
      int begin = Math.max(0, i - CONTEXT);
      int end = hunkEnd(edits, i);
      out.add(header(edits, begin, end));
      edits.subList(begin, end).forEach(e -> out.add(e.sign() + e.text()));
      i = end;
    }
    return out;
  }

  private static int nextChange(List<Edit> edits, int from) {
    int i = from;
    while (i < edits.size() && edits.get(i).sign() == ' ') {
      i++;
    }
    return i;
  }

  /** Past the context of the last change that is near the one before. */
  private static int hunkEnd(List<Edit> edits, int change) {
    int last = change;
    for (int next = change; next < edits.size() && next - last <= 2 * CONTEXT; ) {
      last = next;
      next = nextChange(edits, next + 1);
    }
    return Math.min(edits.size(), last + CONTEXT + 1);
  }

  private static String header(List<Edit> edits, int begin, int end) {
    return "@@ -" + span(edits, begin, end, '+') + " +" + span(edits, begin, end, '-') + " @@";
  }

  private static String span(List<Edit> edits, int begin, int end, char other) {
    long first = edits.subList(0, begin).stream().filter(e -> e.sign() != other).count() + 1;
    long count = edits.subList(begin, end).stream().filter(e -> e.sign() != other).count();
    return (count == 0 ? first - 1 : first) + "," + count;
  }

  private static List<Edit> edits(List<String> a, List<String> b) {
    int head = 0;
    while (head < a.size() && head < b.size() && a.get(head).equals(b.get(head))) {
      head++;
    }
    int tail = 0;
    while (tail < a.size() - head
        && tail < b.size() - head
        && a.get(a.size() - 1 - tail).equals(b.get(b.size() - 1 - tail))) {
      tail++;
    }
    List<Edit> out = new ArrayList<>();
    a.subList(0, head).forEach(l -> out.add(new Edit(' ', l)));
    out.addAll(middle(a.subList(head, a.size() - tail), b.subList(head, b.size() - tail)));
    a.subList(a.size() - tail, a.size()).forEach(l -> out.add(new Edit(' ', l)));
    return out;
  }

  private static List<Edit> middle(List<String> a, List<String> b) {
    List<int[]> trace = new ArrayList<>();
    int max = Math.min(a.size() + b.size(), DISTANCE_MAX);
    int[] furthest = new int[2 * max + 3];
    for (int d = 0; d <= max; d++) {
      for (int k = -d; k <= d; k += 2) {
        int x = start(furthest, k, d, max);
        while (x < a.size() && x - k < b.size() && a.get(x).equals(b.get(x - k))) {
          x++;
        }
        furthest[k + max + 1] = x;
        if (x >= a.size() && x - k >= b.size()) {
          return path(a, b, trace, d, max);
        }
      }
      trace.add(furthest.clone());
    }
    List<Edit> out = new ArrayList<>();
    a.forEach(l -> out.add(new Edit('-', l)));
    b.forEach(l -> out.add(new Edit('+', l)));
    return out;
  }

  private static int start(int[] furthest, int k, int d, int max) {
    int middle = k + max + 1;
    return isDown(furthest, k, d, max) ? furthest[middle + 1] : furthest[middle - 1] + 1;
  }

  /** Whether the step to diagonal {@code k} inserts a line; else it deletes one. */
  private static boolean isDown(int[] furthest, int k, int d, int max) {
    int middle = k + max + 1;
    return k == -d || (k != d && furthest[middle - 1] < furthest[middle + 1]);
  }

  private static List<Edit> path(
      List<String> a, List<String> b, List<int[]> trace, int distance, int max) {
    List<Edit> reversed = new ArrayList<>();
    int x = a.size();
    int y = b.size();
    for (int d = distance; d > 0; d--) {
      int[] before = trace.get(d - 1);
      int k = x - y;
      boolean down = isDown(before, k, d, max);
      int fromX = before[(down ? k + 1 : k - 1) + max + 1];
      for (int afterX = down ? fromX : fromX + 1; x > afterX; y--) {
        reversed.add(new Edit(' ', a.get(--x)));
      }
      reversed.add(down ? new Edit('+', b.get(--y)) : new Edit('-', a.get(--x)));
    }
    while (x > 0) {
      reversed.add(new Edit(' ', a.get(--x)));
    }
    return reversed.reversed();
  }
}
