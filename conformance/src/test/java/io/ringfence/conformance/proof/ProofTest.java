package io.ringfence.conformance.proof;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.decision.Conditions;
import io.ringfence.language.BlueprintLoader;
import io.ringfence.language.Loaded;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.testing.EditGenerator;
import io.ringfence.model.testing.LargeEstate;
import io.ringfence.verifier.Proof;
import io.ringfence.verifier.projection.NetworkProjection;
import java.time.Duration;
import java.util.List;
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

  /** Lines differ, and nothing else: the files that are written are the estate that is measured. */
  @Test
  void theFilesOfAnEstateAreTheEstate() {
    Blueprint estate = LargeEstate.of(200, 20, 2);
    Loaded loaded = new BlueprintLoader(new Conditions()).load(EstateFiles.of(estate));
    assertEquals(List.of(), loaded.problems());
    Blueprint read = loaded.blueprint().orElseThrow();
    assertEquals(permits(estate), permits(read));
    assertEquals(ProofTime.of(estate).findings(), ProofTime.of(read).findings());
  }

  private static List<String> permits(Blueprint blueprint) {
    return new NetworkProjection(new Directory(blueprint))
        .permits().stream()
            .map(p -> p.rule() + p.leg() + p.from() + p.to() + p.fqdn() + p.ports())
            .toList();
  }

  @Test
  void aThousandWorkloadsAreProvedInTime() {
    var blueprint = LargeEstate.of(1_000, 100, 10);
    ProofTime time = assertTimeout(GENEROUS, () -> ProofTime.of(blueprint));
    assertTrue(time.holds());
  }

  @Test
  void editsOfAThousandWorkloadsAreFollowed() {
    Proof proof = Proof.of(LargeEstate.of(1_000, 100, 10));
    for (EditGenerator.Kind kind : EditTimes.KINDS) {
      assertTrue(EditTimes.of(proof, kind, 5).equal(), kind::toString);
    }
  }
}
