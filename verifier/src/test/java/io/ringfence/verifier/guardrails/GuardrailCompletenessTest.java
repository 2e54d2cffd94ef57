package io.ringfence.verifier.guardrails;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.decision.Authorizer;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Flow;
import io.ringfence.model.Guardrail;
import io.ringfence.model.testing.BlueprintGenerator;
import io.ringfence.model.testing.FlowGenerator;
import io.ringfence.verifier.Verification;
import io.ringfence.verifier.subject.Subject;
import io.ringfence.verifier.subject.Variants;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where the reference sees a guardrail broken, the proof does not hold. */
class GuardrailCompletenessTest {
  private static final long SEED = 31L;
  private static final int BLUEPRINTS = 150;
  private static final int FLOWS = 100;

  private int broken;

  @Test
  void noForbiddenFlowThatARulePermitsIsOverlooked() {
    BlueprintGenerator generator = new BlueprintGenerator(SEED);
    for (int i = 0; i < BLUEPRINTS; i++) {
      Blueprint blueprint = generator.next();
      Verification verification = Verification.of(new Directory(blueprint));
      for (Guardrail guardrail : blueprint.guardrails()) {
        if (guardrail instanceof Guardrail.Forbids) {
          hold(verification, guardrail);
        }
      }
    }
    System.out.println("flows that break a guardrail: " + broken + ", seed " + SEED);
    assertTrue(broken > 100);
  }

  private void hold(Verification verification, Guardrail guardrail) {
    Subject subject = verification.subject();
    Blueprint alone = Variants.guardedBy(subject.blueprint(), List.of(guardrail.name()));
    Authorizer guarded = new Authorizer(new Directory(alone));
    FlowGenerator flows = new FlowGenerator(subject.blueprint(), SEED);
    for (int i = 0; i < FLOWS; i++) {
      Flow flow = flows.next();
      boolean forbidden = guarded.decide(flow).decider().equals(guardrail.name());
      if (forbidden && subject.permissive().decide(flow).permitted()) {
        broken++;
        assertTrue(
            !verification.holds(guardrail),
            () -> subject.blueprint().name() + " " + guardrail + " " + flow);
      }
    }
  }
}
