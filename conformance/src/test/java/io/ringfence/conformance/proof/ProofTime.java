package io.ringfence.conformance.proof;

import com.sun.management.OperatingSystemMXBean;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.verifier.Proof;
import io.ringfence.verifier.subject.Subject;
import java.lang.management.ManagementFactory;

/**
 * How long one full proof of a loaded blueprint took, in seconds, and what it found.
 *
 * @param setup its indexes, and the permits of its rules
 * @param checks guardrails and least privilege, and beside them every segment against every segment
 * @param cpu of all threads of the process, the compiler's and the collector's included
 * @param findings how many there are
 * @param holds whether no guardrail is broken
 */
record ProofTime(double setup, double checks, double cpu, int findings, boolean holds) {
  private static final OperatingSystemMXBean CLOCK =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  double total() {
    return setup + checks;
  }

  static ProofTime of(Blueprint blueprint) {
    long cpu = CLOCK.getProcessCpuTime();
    long begin = System.nanoTime();
    Subject subject = new Subject(new Directory(blueprint));
    long ready = System.nanoTime();
    Proof proof = Proof.of(subject);
    long done = System.nanoTime();
    if (proof.matrix().zones().size() != blueprint.segments().size() + 1) {
      throw new IllegalStateException("the matrix lacks zones");
    }
    return new ProofTime(
        (ready - begin) / 1e9,
        (done - ready) / 1e9,
        (CLOCK.getProcessCpuTime() - cpu) / 1e9,
        proof.verification().findings().size(),
        proof.verification().holds());
  }
}
