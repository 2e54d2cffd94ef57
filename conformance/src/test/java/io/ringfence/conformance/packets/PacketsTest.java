package io.ringfence.conformance.packets;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ringfence.agent.kernel.LibNftables;
import io.ringfence.conformance.packets.SizedPolicy.Ends;
import io.ringfence.conformance.packets.Variant.Writing;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The bounded slice of {@code bench/packets}. */
@Tag("kernel")
class PacketsTest {
  private static final long SEED = 7;
  private static final int FEW = 10;
  private static final int MANY = 2_000;
  private static final int CONNECTIONS = 2_048;
  private static final int REPETITIONS = 5;

  /** Far above what busy machines make of a flat cost, far below that of rules one by one. */
  private static final double RATIO_MAX = 2.5;

  @BeforeAll
  static void requireKernel() {
    LibNftables.unavailable().ifPresent(PacketsTest::skip);
    if (!Files.exists(Path.of("/dev/net/tun"))) {
      skip("there is no /dev/net/tun");
    }
  }

  private static void skip(String reason) {
    System.out.println("skipped: " + reason);
    assumeTrue(false, reason);
  }

  @Test
  void aConnectionCostsNoMoreForManyRulesBetweenAddresses() throws Exception {
    double ratio = ratio(Ends.ADDRESSES, Writing.RENDERED);
    assertTrue(ratio < RATIO_MAX, () -> "ratio " + ratio);
  }

  @Test
  void aConnectionCostsNoMoreForManyRulesBetweenRanges() throws Exception {
    double ratio = ratio(Ends.RANGES, Writing.RENDERED);
    assertTrue(ratio < RATIO_MAX, () -> "ratio " + ratio);
  }

  /** So that the bar is one that something fails. */
  @Test
  void aConnectionCostsMoreForManyRulesOneByOne() throws Exception {
    double ratio = ratio(Ends.ADDRESSES, Writing.LINEAR);
    assertTrue(ratio > RATIO_MAX, () -> "ratio " + ratio);
  }

  private static double ratio(Ends ends, Writing writing) throws Exception {
    List<Variant> variants = new ArrayList<>();
    try {
      for (int rules : List.of(FEW, MANY)) {
        SizedPolicy policy = new SizedPolicy(ends, rules, SEED);
        variants.add(Variant.load(writing, policy, rules, CONNECTIONS, true));
      }
      PacketsCommand.measure(variants, REPETITIONS, SEED);
      double ratio = variants.getLast().ratioTo(variants.getFirst());
      System.out.printf(
          "%s, %s: %d rules cost %.2f of %d%n", ends.text(), writing, MANY, ratio, FEW);
      return ratio;
    } finally {
      for (Variant variant : variants) {
        variant.close();
      }
    }
  }
}
