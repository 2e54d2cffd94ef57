package io.ringfence.conformance.decision;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How two engines did in interleaved pairs of runs on the same requests.
 *
 * @param grants of the estate
 * @param peer the other engine's name
 * @param own nanoseconds of CPU a decision took in each pair
 * @param others the peer's, in the same order
 * @param agreed how many requests both decided, equally
 */
record Comparison(int grants, String peer, List<Double> own, List<Double> others, long agreed) {
  Comparison {
    own = List.copyOf(own);
    others = List.copyOf(others);
  }

  double ownMedian() {
    return median(own);
  }

  double peerMedian() {
    return median(others);
  }

  /** How many times the CPU the peer needs, pair by pair, ascending. */
  List<Double> ratios() {
    List<Double> out = new ArrayList<>();
    for (int i = 0; i < own.size(); i++) {
      out.add(others.get(i) / own.get(i));
    }
    Collections.sort(out);
    return out;
  }

  double ratio() {
    return median(ratios());
  }

  /**
   * The second lowest ratio: with ten pairs the median lies between it and the second highest with
   * a probability of 97.9 %, whatever the distribution.
   */
  double low() {
    return ratios().get(Math.min(1, own.size() - 1));
  }

  double high() {
    return ratios().get(Math.max(0, own.size() - 2));
  }

  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
