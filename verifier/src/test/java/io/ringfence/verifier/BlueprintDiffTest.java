package io.ringfence.verifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Flow;
import io.ringfence.model.testing.BlueprintGenerator;
import io.ringfence.model.testing.FlowGenerator;
import io.ringfence.verifier.subject.Subject;
import io.ringfence.verifier.subject.Variants;
import java.util.List;
import org.junit.jupiter.api.Test;

class BlueprintDiffTest {
  private static final long SEED = 44L;
  private static final int BLUEPRINTS = 60;
  private static final int FLOWS = 60;

  @Test
  void aBlueprintDoesNotDifferFromItself() {
    Blueprint blueprint = new BlueprintGenerator(SEED).next();
    BlueprintDiff diff = diff(blueprint, blueprint);
    assertTrue(diff.isEmpty());
    assertEquals(List.of(), diff.radii());
  }

  private static BlueprintDiff diff(Blueprint before, Blueprint after) {
    return BlueprintDiff.of(new Subject(new Directory(before)), new Subject(new Directory(after)));
  }

  @Test
  void removingARuleOnlyClosesFlowsAndAddingItOpensTheSame() {
    BlueprintGenerator generator = new BlueprintGenerator(SEED);
    for (int i = 0; i < BLUEPRINTS; i++) {
      Blueprint whole = Variants.permissive(generator.next());
      AccessRule rule = whole.access().getFirst();
      Blueprint less = Variants.without(whole, rule.name());
      BlueprintDiff diff = diff(whole, less);
      assertEquals(
          List.of(new BlueprintDiff.Change(BlueprintDiff.Kind.REMOVED, rule.name())), diff.rules());
      assertEquals(List.of(), diff.opened());
      assertEquals(diff.closed(), diff(less, whole).opened());
      diff.radii().forEach(r -> assertTrue(r.gained().isEmpty()));
    }
  }

  @Test
  void everyFlowThatChangesIsFoundAndEveryWitnessChanges() {
    BlueprintGenerator generator = new BlueprintGenerator(SEED);
    int changed = 0;
    for (int i = 0; i < BLUEPRINTS; i++) {
      Blueprint before = generator.next();
      Blueprint after = Variants.without(before, before.access().getLast().name());
      Subject was = new Subject(new Directory(before));
      Subject is = new Subject(new Directory(after));
      BlueprintDiff diff = BlueprintDiff.of(was, is);
      diff.opened().forEach(c -> assertChange(was, is, c.witness()));
      diff.closed().forEach(c -> assertChange(is, was, c.witness()));
      FlowGenerator flows = new FlowGenerator(before, SEED);
      for (int j = 0; j < FLOWS; j++) {
        Flow flow = flows.next();
        boolean once = was.authorizer().decide(flow).permitted();
        if (once != is.authorizer().decide(flow).permitted()) {
          changed++;
          assertFalse((once ? diff.closed() : diff.opened()).isEmpty(), flow::toString);
        }
      }
    }
    int count = changed;
    assertTrue(changed > 50, () -> "only " + count);
  }

  private static void assertChange(Subject denies, Subject permits, Flow flow) {
    assertFalse(denies.authorizer().decide(flow).permitted(), flow::toString);
    assertTrue(permits.authorizer().decide(flow).permitted(), flow::toString);
  }
}
