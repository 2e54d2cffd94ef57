package io.ringfence.model.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Family;
import io.ringfence.model.Guardrail;
import io.ringfence.model.Place;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BlueprintGeneratorTest {
  private static final long SEED = 7;

  private static List<Blueprint> blueprints(BlueprintGenerator generator, int count) {
    return Stream.generate(generator::next).limit(count).toList();
  }

  @Test
  void theSameSeedMakesTheSameBlueprintsAndFlows() {
    List<Blueprint> once = blueprints(new BlueprintGenerator(SEED), 20);
    assertEquals(once, blueprints(new BlueprintGenerator(SEED), 20));
    assertNotEquals(once, blueprints(new BlueprintGenerator(SEED + 1), 20));
    for (Blueprint blueprint : once) {
      FlowGenerator a = new FlowGenerator(blueprint, SEED);
      FlowGenerator b = new FlowGenerator(blueprint, SEED);
      for (int i = 0; i < 50; i++) {
        assertEquals(a.next(), b.next());
      }
    }
  }

  @Test
  void addressesAreClaimedOnceAndWithinTheirSegment() {
    for (Blueprint blueprint : blueprints(new BlueprintGenerator(SEED), 200)) {
      Set<Object> seen = new HashSet<>();
      blueprint.workloads().values().stream()
          .flatMap(w -> w.addresses().stream())
          .forEach(a -> assertTrue(seen.add(a), () -> blueprint.name() + " " + a));
      Directory directory = new Directory(blueprint);
      blueprint
          .workloads()
          .values()
          .forEach(
              w ->
                  w.addresses()
                      .forEach(
                          a -> assertEquals(w.segment(), directory.segmentAt(a).get().name())));
    }
  }

  @Test
  void everyFeatureComesUp() {
    List<Blueprint> all = blueprints(new BlueprintGenerator(SEED), 300);
    Set<Class<?>> kinds = new HashSet<>();
    for (Blueprint blueprint : all) {
      blueprint.guardrails().forEach(g -> kinds.add(g.getClass()));
      blueprint
          .rules()
          .forEach(
              r ->
                  Stream.concat(r.from().stream(), r.to().stream())
                      .forEach(
                          e -> {
                            kinds.add(e.place().getClass());
                            kinds.add(e.ports().getClass());
                          }));
    }
    assertTrue(kinds.containsAll(List.of(Place.class.getPermittedSubclasses())));
    assertTrue(kinds.contains(Guardrail.Never.class) && kinds.contains(Guardrail.Only.class));
    assertTrue(kinds.contains(Guardrail.Unreachable.class));
    assertTrue(kinds.contains(Guardrail.Isolated.class));
    assertTrue(kinds.contains(Guardrail.Contained.class));
    assertTrue(all.stream().anyMatch(b -> !b.hosts().isEmpty()));
    assertTrue(all.stream().anyMatch(b -> !b.links().isEmpty()));
    assertTrue(all.stream().anyMatch(b -> b.management().isPresent()));
  }

  @Test
  void aFeatureLeftOutNeverComesUp() {
    BlueprintGenerator generator =
        new BlueprintGenerator(SEED).without(Feature.IPV6, Feature.GATEWAYS, Feature.GUARDRAILS);
    for (Blueprint blueprint : blueprints(generator, 100)) {
      assertTrue(blueprint.gateways().isEmpty() && blueprint.guardrails().isEmpty());
      assertTrue(
          blueprint.segments().values().stream()
              .flatMap(s -> s.networks().stream())
              .allMatch(n -> n.family() == Family.IPV4));
    }
  }
}
