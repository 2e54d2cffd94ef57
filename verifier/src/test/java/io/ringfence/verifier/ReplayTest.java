package io.ringfence.verifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.testing.BlueprintGenerator;
import io.ringfence.verifier.subject.Check;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.Subject;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every witness of every finding, asked of the reference meaning. */
class ReplayTest {
  private static final long SEED = 90_125L;
  private static final int BLUEPRINTS = 600;

  @Test
  void everyWitnessShowsWhatItsFindingSays() {
    Map<Check, Integer> replayed = new EnumMap<>(Check.class);
    BlueprintGenerator generator = new BlueprintGenerator(SEED);
    for (int i = 0; i < BLUEPRINTS; i++) {
      Blueprint blueprint = generator.next();
      Subject subject = new Subject(new Directory(blueprint));
      Replay replay = new Replay(subject);
      for (Finding finding : Verification.of(subject).findings()) {
        replay.assertShown(finding);
        replayed.merge(Check.of(finding.check()), 1, Integer::sum);
      }
    }
    System.out.println("witnesses replayed, seed " + SEED + ": " + replayed);
    Set<Check> missing = EnumSet.allOf(Check.class);
    missing.removeAll(replayed.keySet());
    assertTrue(missing.isEmpty(), () -> "no generated blueprint came to " + missing);
  }

  @Test
  void findingsComeInTheSameOrderTwice() {
    for (long seed = 0; seed < 20; seed++) {
      Blueprint blueprint = new BlueprintGenerator(seed).next();
      List<Finding> once = Verification.of(new Directory(blueprint)).findings();
      assertEquals(once, Verification.of(new Directory(blueprint)).findings());
    }
  }
}
