package io.ringfence.conformance;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What two programs needed in interleaved pairs of runs.
 *
 * @param ones of the one that is compared with, run by run
 * @param others of the other, in the same order
 */
public record PairedRuns(List<Double> ones, List<Double> others) {
  public PairedRuns {
    ones = List.copyOf(ones);
    others = List.copyOf(others);
    if (ones.size() != others.size() || ones.isEmpty()) {
      throw new IllegalArgumentException(ones.size() + " and " + others.size() + " are no pairs");
    }
  }

  /** How many times the one's the other's is, pair by pair, ascending. */
  public List<Double> ratios() {
    List<Double> out = new ArrayList<>();
    for (int i = 0; i < ones.size(); i++) {
      out.add(others.get(i) / ones.get(i));
    }
    Collections.sort(out);
    return out;
  }

  public double ratio() {
    return median(ratios());
  }

  /**
   * The second lowest ratio: with ten pairs the median lies between it and the second highest with
   * a probability of 97.9 %, whatever the distribution.
   */
  public double low() {
    return ratios().get(Math.min(1, ones.size() - 1));
  }

  public double high() {
    return ratios().get(Math.max(0, ones.size() - 2));
  }

  /** By how much the other's exceeds the one's, pair by pair, ascending. */
  public List<Double> differences() {
    List<Double> out = new ArrayList<>();
    for (int i = 0; i < ones.size(); i++) {
      out.add(others.get(i) - ones.get(i));
    }
    Collections.sort(out);
    return out;
  }

  public double difference() {
    return median(differences());
  }

  public static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
