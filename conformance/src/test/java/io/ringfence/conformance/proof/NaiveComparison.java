package io.ringfence.conformance.proof;

import io.ringfence.model.Blueprint;
import io.ringfence.verifier.Proof;
import java.util.ArrayList;
import java.util.List;

/**
 * The proof beside the evaluation of every pair, of one blueprint and in one process.
 *
 * @param naiveSeconds how long every pair took
 * @param proofSeconds how long a full proof took: the median of several
 * @param decisions how many flows were asked about
 */
record NaiveComparison(
    Blueprint blueprint,
    double naiveSeconds,
    double proofSeconds,
    long decisions,
    Answers naive,
    Answers proved) {
  boolean equal() {
    return naive.equals(proved);
  }

  double ratio() {
    return naiveSeconds / proofSeconds;
  }

  static NaiveComparison of(Blueprint blueprint, int proofs) {
    long begin = System.nanoTime();
    PairByPair pairs = new PairByPair(blueprint);
    Answers naive = pairs.answers();
    double naiveSeconds = (System.nanoTime() - begin) / 1e9;
    List<Double> seconds = new ArrayList<>();
    for (int i = 0; i < 2 * proofs; i++) {
      double total = ProofTime.of(blueprint).total();
      if (i >= proofs) {
        seconds.add(total);
      }
    }
    Proof proof = Proof.of(blueprint);
    Answers proved = Answers.of(proof.verification(), proof.matrix(), pairs.ports());
    return new NaiveComparison(
        blueprint, naiveSeconds, median(seconds), pairs.asked(), naive, proved);
  }

  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }
}
