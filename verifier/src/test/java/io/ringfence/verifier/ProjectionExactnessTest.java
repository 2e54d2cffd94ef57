package io.ringfence.verifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.decision.Authorizer;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Flow;
import io.ringfence.model.Guardrail;
import io.ringfence.model.Verdict;
import io.ringfence.model.testing.BlueprintGenerator;
import io.ringfence.model.testing.FlowGenerator;
import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.flows.FlowSpace;
import io.ringfence.verifier.projection.NetworkProjection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ProjectionExactnessTest {
  private static final long SEED = 4_2025L;
  private static final int BLUEPRINTS = 200;
  private static final int FLOWS = 200;

  private int permitted;
  private int forbidden;

  @Test
  void theProjectionPermitsWhatTheReferencePermits() {
    BlueprintGenerator generator = new BlueprintGenerator(SEED);
    for (int i = 0; i < BLUEPRINTS; i++) {
      compare(generator.next());
    }
    System.out.printf(
        "projection against decision: %d blueprints, %d flows, %d permitted, %d forbidden by a"
            + " guardrail, seed %d%n",
        BLUEPRINTS, BLUEPRINTS * FLOWS, permitted, forbidden, SEED);
    assertTrue(permitted > BLUEPRINTS * FLOWS / 10, "too few permitted flows prove little");
  }

  private void compare(Blueprint blueprint) {
    Directory directory = new Directory(blueprint);
    FlowSet projection = FlowSpace.of(directory).of(new NetworkProjection(directory).permits());
    Authorizer authorizer = new Authorizer(directory);
    Set<String> guardrails =
        blueprint.guardrails().stream()
            .map(Guardrail::name)
            .collect(Collectors.toCollection(TreeSet::new));
    FlowGenerator flows = new FlowGenerator(blueprint, SEED);
    for (int i = 0; i < FLOWS; i++) {
      Flow flow = flows.next();
      Verdict verdict = authorizer.decide(flow);
      if (guardrails.contains(verdict.decider())) {
        forbidden++;
      } else if (!verdict.decider().equals(Authorizer.OUTSIDE)) {
        permitted += verdict.permitted() ? 1 : 0;
        assertEquals(
            verdict.permitted(),
            projection.contains(flow),
            () -> blueprint.name() + ": " + flow + " " + verdict.text());
      }
    }
  }
}
