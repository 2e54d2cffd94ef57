package io.ringfence.verifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.model.Blueprint;
import io.ringfence.model.testing.BlueprintGenerator;
import io.ringfence.model.testing.EditGenerator;
import io.ringfence.model.testing.LargeEstate;
import io.ringfence.verifier.subject.Finding;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A proof that follows edits is the proof of what they lead to. */
class ProofTest {
  private static final long SEED = 31L;
  private static final int BLUEPRINTS = 70;
  private static final int EDITS = 8;

  private final Set<String> checks = new HashSet<>();
  private int changed;

  @Test
  void aProofAfterRandomEditsIsTheProofOfTheResult() {
    BlueprintGenerator generator = new BlueprintGenerator(SEED);
    for (int i = 0; i < BLUEPRINTS; i++) {
      follow(generator.next(), SEED + i, EDITS);
    }
    assertTrue(changed > 150, () -> "only " + changed + " edits change what is found");
    assertTrue(checks.size() > 15, checks::toString);
  }

  @Test
  void soItIsInAnEstateOfTenants() {
    follow(LargeEstate.of(60, 30, 3), SEED, 40);
    follow(LargeEstate.adversarial(60, 30, 3), SEED, 40);
  }

  private void follow(Blueprint begin, long seed, int edits) {
    EditGenerator generator = new EditGenerator(seed);
    Blueprint blueprint = begin;
    Proof proof = Proof.of(blueprint);
    for (int i = 0; i < edits; i++) {
      blueprint = generator.next(blueprint);
      List<Finding> before = proof.verification().findings();
      proof = proof.after(blueprint);
      changed += before.equals(proof.verification().findings()) ? 0 : 1;
      String where = begin.name() + " seed " + seed + " edit " + i;
      assertSame(Proof.of(blueprint), proof, where);
    }
  }

  private void assertSame(Proof expected, Proof proof, String where) {
    assertEquals(lines(expected), lines(proof), where);
    assertEquals(expected.verification().findings(), proof.verification().findings(), where);
    assertEquals(expected.blueprint(), proof.blueprint());
    proof.verification().findings().forEach(f -> checks.add(f.check()));
    for (String from : expected.matrix().zones()) {
      for (String to : expected.matrix().zones()) {
        assertEquals(
            expected.matrix().cell(from, to),
            proof.matrix().cell(from, to),
            () -> where + " from " + from + " to " + to);
      }
    }
  }

  /** For a message that can be read. */
  private static String lines(Proof proof) {
    List<String> out = new ArrayList<>();
    proof.verification().findings().forEach(f -> out.add(f.check() + " " + f.message()));
    return String.join("\n", out);
  }

  @Test
  void whatIsNoEditOfOneRuleIsProvedAnew() {
    Blueprint blueprint = LargeEstate.of(40, 20, 2);
    Proof proof = Proof.of(blueprint);
    var shuffled = new ArrayList<>(blueprint.access());
    Collections.reverse(shuffled);
    Blueprint reordered = blueprint.withRules(shuffled, blueprint.egress());
    assertSame(Proof.of(reordered), proof.after(reordered), "reordered");
    Blueprint other = LargeEstate.of(48, 20, 2);
    assertSame(Proof.of(other), proof.after(other), "another estate");
    assertSame(proof, proof.after(blueprint), "no edit");
  }
}
