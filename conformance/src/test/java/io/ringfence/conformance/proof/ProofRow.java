package io.ringfence.conformance.proof;

import io.ringfence.model.Blueprint;
import io.ringfence.model.testing.LargeEstate;
import java.util.List;
import java.util.Optional;

/**
 * A size of estate that is measured.
 *
 * @param adversarial whether every workload has a set of labels of its own
 */
record ProofRow(int workloads, int rules, int tenants, boolean adversarial) {
  static final List<ProofRow> ALL =
      List.of(
          new ProofRow(1_000, 100, 10, false),
          new ProofRow(10_000, 1_000, 100, false),
          new ProofRow(100_000, 10_000, 1_000, false),
          new ProofRow(1_000_000, 10_000, 1_000, false),
          new ProofRow(100_000, 10_000, 1_000, true));

  static Optional<ProofRow> named(String name) {
    return ALL.stream().filter(r -> r.name().equals(name)).findFirst();
  }

  /**
   * The heap that a row's process may have, as the JVM's -Xmx has it. A million workloads are some
   * gigabytes by themselves.
   */
  String heap() {
    return workloads > 100_000 ? "8g" : "2g";
  }

  String name() {
    String size = workloads < 1_000_000 ? workloads / 1_000 + "k" : workloads / 1_000_000 + "M";
    return adversarial ? size + "-adversarial" : size;
  }

  Blueprint blueprint() {
    return adversarial
        ? LargeEstate.adversarial(workloads, rules, tenants)
        : LargeEstate.of(workloads, rules, tenants);
  }
}
