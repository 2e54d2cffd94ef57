package io.ringfence.verifier.projection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.model.Directory;
import io.ringfence.model.PortSet;
import io.ringfence.model.testing.BlueprintGenerator;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The index against a look at every permit. */
class PermitIndexTest {
  private static final long SEED = 23L;
  private static final int BLUEPRINTS = 150;

  @Test
  void theIndexFindsWhatALookAtEveryPermitFinds() {
    BlueprintGenerator generator = new BlueprintGenerator(SEED);
    int found = 0;
    int missed = 0;
    for (int i = 0; i < BLUEPRINTS; i++) {
      List<Permit> permits = permits(generator);
      PermitIndex index = new PermitIndex(permits);
      for (Permit box : boxes(permits)) {
        List<Permit> meeting = permits.stream().filter(p -> meets(p, box)).toList();
        assertEquals(meeting, index.meeting(box), () -> "seed " + SEED + " " + box);
        List<Permit> between =
            permits.stream().flatMap(p -> p.between(box.from(), box.to()).stream()).toList();
        assertEquals(between, index.between(box.from(), box.to()));
        found += meeting.size();
        missed += permits.size() - meeting.size();
      }
    }
    int hits = found;
    int misses = missed;
    assertTrue(hits > 1_000 && misses > 1_000, () -> hits + " " + misses);
  }

  /** Each permit's sources with the next one's destinations and ports, and the other way round. */
  private static List<Permit> boxes(List<Permit> permits) {
    List<Permit> out = new ArrayList<>(permits);
    for (int i = 1; i < permits.size(); i++) {
      Permit a = permits.get(i - 1);
      Permit b = permits.get(i);
      out.add(Permit.box(a.from(), b.to(), b.ports()));
      out.add(Permit.box(b.to(), a.from(), PortSet.ALL));
    }
    return out;
  }

  private static boolean meets(Permit permit, Permit box) {
    assertEquals(permit.intersect(box).isPresent(), permit.meets(box));
    return permit.intersect(box).isPresent();
  }

  private static List<Permit> permits(BlueprintGenerator generator) {
    return new NetworkProjection(new Directory(generator.next())).permits();
  }
}
