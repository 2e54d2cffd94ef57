package io.ringfence.verifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.decision.Authorizer;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Flow;
import io.ringfence.model.testing.BlueprintGenerator;
import io.ringfence.model.testing.FlowGenerator;
import io.ringfence.model.testing.RequestGenerator;
import io.ringfence.verifier.subject.Subject;
import io.ringfence.verifier.subject.Variants;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExplanationTest {
  private static final long SEED = 21L;
  private static final int BLUEPRINTS = 60;
  private static final int FLOWS = 25;

  @Test
  void everyStepIsWhatItsRuleOrGuardrailSaysAlone() {
    BlueprintGenerator generator = new BlueprintGenerator(SEED);
    for (int i = 0; i < BLUEPRINTS; i++) {
      Subject subject = new Subject(new Directory(generator.next()));
      FlowGenerator flows = new FlowGenerator(subject.blueprint(), SEED);
      for (int j = 0; j < FLOWS; j++) {
        Flow flow = flows.next();
        if (!subject.hosts().outside(flow)) {
          assertExplained(subject, flow);
        }
      }
    }
  }

  private static void assertExplained(Subject subject, Flow flow) {
    Explanation explanation = Explanation.of(subject, flow);
    assertEquals(subject.authorizer().decide(flow), explanation.verdict());
    for (Explanation.Step step : explanation.guardrails()) {
      Blueprint alone = Variants.guardedBy(subject.blueprint(), List.of(step.name()));
      String decider = new Authorizer(new Directory(alone)).decide(flow).decider();
      assertEquals(decider.equals(step.name()), step.applies(), flow + " " + step);
    }
    for (Explanation.Step step : explanation.rules()) {
      Blueprint open = Variants.permissive(subject.blueprint());
      if (!step.name().equals(Blueprint.RESOLVERS_RULE)) {
        Blueprint alone = Variants.only(open, List.of(step.name()));
        var verdict = new Authorizer(new Directory(alone)).decide(flow);
        boolean expected = verdict.permitted() && verdict.decider().equals(step.name());
        assertEquals(expected, step.applies(), flow + " " + step);
      }
    }
  }

  @Test
  void aRequestIsExplainedRuleByRule() {
    BlueprintGenerator generator = new BlueprintGenerator(SEED);
    int permitted = 0;
    for (int i = 0; i < BLUEPRINTS; i++) {
      Subject subject = new Subject(new Directory(generator.next()));
      RequestGenerator requests = new RequestGenerator(subject.blueprint(), SEED);
      for (int j = 0; j < FLOWS; j++) {
        Optional<Explanation> explanation = requests.next().map(r -> Explanation.of(subject, r));
        if (explanation.isPresent()) {
          boolean any = explanation.get().rules().stream().anyMatch(Explanation.Step::applies);
          assertEquals(any, explanation.get().verdict().permitted());
          permitted += any ? 1 : 0;
        }
      }
    }
    int count = permitted;
    assertTrue(permitted > 20, () -> "only " + count);
  }
}
