package io.ringfence.verifier.lint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.decision.Authorizer;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Flow;
import io.ringfence.model.Request;
import io.ringfence.model.testing.BlueprintGenerator;
import io.ringfence.model.testing.FlowGenerator;
import io.ringfence.model.testing.RequestGenerator;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.Subject;
import io.ringfence.verifier.subject.Variants;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CoveredRulesTest {
  private static final long SEED = 19L;
  private static final int BLUEPRINTS = 300;
  private static final int TRIES = 60;

  @Test
  void removingAllThatIsFoundChangesNoVerdict() {
    BlueprintGenerator generator = new BlueprintGenerator(SEED);
    int removed = 0;
    for (int i = 0; i < BLUEPRINTS; i++) {
      Subject subject = new Subject(new Directory(generator.next()));
      List<Finding> found = new CoveredRules().findings(subject);
      Blueprint less = subject.blueprint();
      for (Finding finding : found) {
        less = Variants.without(less, finding.subject());
      }
      removed += found.size();
      if (!found.isEmpty()) {
        assertSame(subject, new Authorizer(new Directory(less)));
      }
    }
    int count = removed;
    assertTrue(removed > 50, () -> "only " + count);
  }

  private static void assertSame(Subject subject, Authorizer less) {
    FlowGenerator flows = new FlowGenerator(subject.blueprint(), SEED);
    RequestGenerator requests = new RequestGenerator(subject.blueprint(), SEED);
    for (int i = 0; i < TRIES; i++) {
      Flow flow = flows.next();
      assertEquals(
          subject.authorizer().decide(flow).permitted(),
          less.decide(flow).permitted(),
          () -> subject.blueprint().name() + " " + flow);
      Optional<Request> request = requests.next();
      if (request.isPresent()) {
        assertEquals(
            subject.authorizer().decide(request.get()).permitted(),
            less.decide(request.get()).permitted(),
            () -> subject.blueprint().name() + " " + request);
      }
    }
  }
}
