package io.ringfence.conformance.mutants;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ringfence.agent.kernel.LibNftables;
import io.ringfence.conformance.mutants.Mutants.Fate;
import io.ringfence.conformance.mutants.Mutants.Judged;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The bounded slice of {@code bench/mutants}. */
@Tag("kernel")
class MutantsTest {
  private static final long SEED = 5;
  private static final int COUNT = 120;

  @BeforeAll
  static void requireKernelAndSolver() {
    LibNftables.unavailable().ifPresent(MutantsTest::skip);
    if (!Files.exists(Path.of("/dev/net/tun"))) {
      skip("there is no /dev/net/tun");
    }
    if (Z3.installed().isEmpty()) {
      skip("`" + Z3.LIBRARY + "` is missing (on Debian the package `libz3-4`)");
    }
  }

  private static void skip(String reason) {
    System.out.println("skipped: " + reason);
    assumeTrue(false, reason);
  }

  @Test
  void readBackKillsEveryMutantThatChangesTheSet() throws Exception {
    Mutants mutants = new Mutants(SEED, Z3.installed().orElseThrow());
    mutants.run(COUNT, one -> {});
    System.out.printf(
        "mutants: %d of %d rulesets, %d killed and confirmed by the kernel, %d equal, seed %d%n",
        COUNT,
        mutants.rulesets(),
        mutants.count(Fate.KILLED_CONFIRMED),
        mutants.count(Fate.EQUAL),
        SEED);
    assertEquals(
        List.of(),
        mutants.judged().stream().filter(j -> j.fate().isFailure()).map(Judged::text).toList());
    assertTrue(mutants.count(Fate.KILLED_CONFIRMED) > COUNT / 4, "few were killed");
    assertTrue(mutants.count(Fate.EQUAL) > COUNT / 10, "few were equal");
    for (MutationKind kind : MutationKind.values()) {
      assertTrue(
          mutants.judged().stream().anyMatch(j -> j.mutant().kind() == kind),
          () -> "no mutant with " + kind.text());
    }
  }
}
