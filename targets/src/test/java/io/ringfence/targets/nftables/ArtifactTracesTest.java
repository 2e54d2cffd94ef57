package io.ringfence.targets.nftables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.decision.Authorizer;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Flow;
import io.ringfence.model.Mode;
import io.ringfence.model.testing.BlueprintGenerator;
import io.ringfence.model.testing.FlowGenerator;
import io.ringfence.verifier.projection.NetworkProjection;
import io.ringfence.verifier.subject.Variants;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArtifactTracesTest {
  private static final long SEED = 21L;
  private static final int BLUEPRINTS = 12;
  private static final int FLOWS = 60;

  /** What is permitted passes every machine on its way, what is denied is stopped by one. */
  @Test
  void machinesOnTheWayTogetherDecideAsTheBlueprintDoes() {
    BlueprintGenerator generator = new BlueprintGenerator(SEED);
    int permitted = 0;
    int stopped = 0;
    for (int i = 0; i < BLUEPRINTS; i++) {
      Blueprint blueprint = Variants.permissive(generator.next());
      if (blueprint.segments().values().stream().anyMatch(s -> s.mode() == Mode.OBSERVE)) {
        continue;
      }
      Directory directory = new Directory(blueprint);
      Authorizer authorizer = new Authorizer(directory);
      ArtifactTraces traces = new ArtifactTraces(new NetworkProjection(directory));
      FlowGenerator flows = new FlowGenerator(blueprint, SEED + i);
      for (int f = 0; f < FLOWS; f++) {
        Flow flow = flows.next();
        List<ArtifactTraces.Trace> way = traces.of(flow);
        if (way.isEmpty()) {
          continue;
        }
        boolean passes = way.stream().allMatch(ArtifactTraces.Trace::passes);
        String said = "seed " + SEED + ", blueprint " + i + ": " + flow + " " + way;
        assertEquals(authorizer.decide(flow).permitted(), passes, said);
        way.forEach(t -> assertFalse(t.rules().isEmpty(), said));
        way.forEach(t -> assertTrue(!t.passes() || t.rules().getLast().endsWith(": accept"), said));
        permitted += passes ? 1 : 0;
        stopped += passes ? 0 : 1;
      }
    }
    assertTrue(permitted > 20 && stopped > 20, permitted + " permitted, " + stopped + " stopped");
  }
}
