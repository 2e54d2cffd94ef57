package io.ringfence.verifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.model.Directory;
import io.ringfence.model.Flow;
import io.ringfence.model.testing.BlueprintGenerator;
import io.ringfence.model.testing.FlowGenerator;
import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.subject.Subject;
import org.junit.jupiter.api.Test;

class PermittedFlowsTest {
  private static final long SEED = 8L;
  private static final int BLUEPRINTS = 200;
  private static final int FLOWS = 100;

  /** No generated guardrail names an fqdn, the one thing that boxes cannot carve out. */
  @Test
  void boxesLessGuardrailsAreTheExactSet() {
    BlueprintGenerator generator = new BlueprintGenerator(SEED);
    for (int i = 0; i < BLUEPRINTS; i++) {
      Subject subject = new Subject(new Directory(generator.next()));
      FlowSet boxes = subject.space().of(subject.permitted().permits());
      assertEquals(subject.permittedSet(), boxes, subject.blueprint().name());
    }
  }

  @Test
  void theExactSetIsWhatTheReferencePermits() {
    BlueprintGenerator generator = new BlueprintGenerator(SEED);
    int permitted = 0;
    for (int i = 0; i < BLUEPRINTS; i++) {
      Subject subject = new Subject(new Directory(generator.next()));
      FlowGenerator flows = new FlowGenerator(subject.blueprint(), SEED);
      for (int j = 0; j < FLOWS; j++) {
        Flow flow = flows.next();
        boolean expected = subject.authorizer().decide(flow).permitted();
        boolean within = subject.hosts().outside(flow);
        permitted += expected ? 1 : 0;
        assertEquals(expected, !within && subject.permittedSet().contains(flow), flow::toString);
      }
    }
    System.out.printf(
        "permitted sets against decision: %d flows, %d permitted, seed %d%n",
        BLUEPRINTS * FLOWS, permitted, SEED);
    assertTrue(permitted > 2_000);
  }
}
