package io.ringfence.conformance.proof;

import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.verifier.Verification;
import io.ringfence.verifier.reach.SegmentationMatrix;
import io.ringfence.verifier.subject.Subject;

/**
 * How long one full proof of a loaded blueprint took, in seconds, and what it found.
 *
 * @param setup its indexes, and the permits of its rules
 * @param checks guardrails and least privilege
 * @param matrix every segment against every segment
 * @param findings how many there are
 * @param holds whether no guardrail is broken
 */
record ProofTime(double setup, double checks, double matrix, int findings, boolean holds) {
  double total() {
    return setup + checks + matrix;
  }

  static ProofTime of(Blueprint blueprint) {
    long begin = System.nanoTime();
    Subject subject = new Subject(new Directory(blueprint));
    long ready = System.nanoTime();
    Verification verification = Verification.of(subject);
    long proved = System.nanoTime();
    SegmentationMatrix matrix = new SegmentationMatrix(subject);
    long done = System.nanoTime();
    if (matrix.zones().size() != blueprint.segments().size() + 1) {
      throw new IllegalStateException("the matrix lacks zones");
    }
    return new ProofTime(
        (ready - begin) / 1e9,
        (proved - ready) / 1e9,
        (done - proved) / 1e9,
        verification.findings().size(),
        verification.holds());
  }
}
