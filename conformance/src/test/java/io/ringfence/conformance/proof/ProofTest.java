package io.ringfence.conformance.proof;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.model.testing.LargeEstate;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The slice of {@code bench/proof} that CI runs. */
class ProofTest {
  /** Many times what it takes, so that a busy machine passes and another order of growth fails. */
  private static final Duration GENEROUS = Duration.ofSeconds(20);

  @Test
  void theProofSaysWhatEveryPairSays() {
    NaiveComparison comparison = NaiveComparison.of(BrokenEstate.of(12, 24, 3), 1);
    assertEquals(comparison.naive().violations(), comparison.proved().violations());
    assertEquals(comparison.naive().reached(), comparison.proved().reached());
    assertTrue(comparison.naive().violations().size() >= 4, "each planted rule breaks a guardrail");
    assertTrue(comparison.naive().reached().size() > 10);
  }

  @Test
  void aThousandWorkloadsAreProvedInTime() {
    var blueprint = LargeEstate.of(1_000, 100, 10);
    ProofTime time = assertTimeout(GENEROUS, () -> ProofTime.of(blueprint));
    assertTrue(time.holds());
  }
}
