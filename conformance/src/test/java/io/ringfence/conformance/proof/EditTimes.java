package io.ringfence.conformance.proof;

import io.ringfence.model.Blueprint;
import io.ringfence.model.testing.EditGenerator;
import io.ringfence.verifier.Proof;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;

/**
 * How long the proof took after edits of one kind, one rule each, in milliseconds.
 *
 * @param cpuMillis of the thread that proves, which on an idle machine is the same
 * @param equal whether the proof that followed the edits is that of the result from the start
 */
record EditTimes(
    EditGenerator.Kind kind, List<Double> millis, List<Double> cpuMillis, boolean equal) {
  /** What the table shows: a rule is added, removed, or has other ends. */
  static final List<EditGenerator.Kind> KINDS =
      List.of(EditGenerator.Kind.ADD, EditGenerator.Kind.REMOVE, EditGenerator.Kind.RELABEL);

  private static final long SEED = 1L;

  EditTimes {
    millis = millis.stream().sorted().toList();
    cpuMillis = cpuMillis.stream().sorted().toList();
  }

  static double median(List<Double> sorted) {
    return sorted.get(sorted.size() / 2);
  }

  /** Nine of ten take no longer. */
  static double most(List<Double> sorted) {
    return sorted.get(sorted.size() * 9 / 10);
  }

  /** As many edits to warm up as count; they follow each other. */
  static EditTimes of(Proof start, EditGenerator.Kind kind, int edits) {
    EditGenerator generator = new EditGenerator(SEED + kind.ordinal());
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    List<Double> millis = new ArrayList<>();
    List<Double> cpuMillis = new ArrayList<>();
    Blueprint blueprint = start.blueprint();
    Proof proof = start;
    for (int i = 0; i < 2 * edits; i++) {
      blueprint = generator.next(blueprint, kind);
      long cpu = threads.getCurrentThreadCpuTime();
      long begin = System.nanoTime();
      proof = proof.after(blueprint);
      double took = (System.nanoTime() - begin) / 1e6;
      if (i >= edits) {
        cpuMillis.add((threads.getCurrentThreadCpuTime() - cpu) / 1e6);
        millis.add(took);
      }
    }
    return new EditTimes(kind, millis, cpuMillis, same(Proof.of(blueprint), proof));
  }

  static boolean same(Proof a, Proof b) {
    if (!a.verification().findings().equals(b.verification().findings())) {
      return false;
    }
    for (String from : a.matrix().zones()) {
      for (String to : a.matrix().zones()) {
        if (!a.matrix().cell(from, to).equals(b.matrix().cell(from, to))) {
          return false;
        }
      }
    }
    return true;
  }
}
