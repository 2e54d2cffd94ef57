package io.ringfence.decision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.model.Fact;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConditionProgramTest {
  private static final List<String> CONDITIONS =
      List.of(
          "true",
          "false",
          "device.healthy",
          "!device.healthy",
          "has(device.healthy) && device.healthy",
          "has(device.healthy) || request.action == 'query'",
          "request.action == 'query' || device.healthy",
          "device.healthy || request.action == 'query'",
          "device.healthy && request.action == 'delete'",
          "'healthy' in device",
          "size(device) > 1",
          "device.exists(k, k == 'os')",
          "claims.groups.exists(g, g == 'eng')",
          "claims.groups.all(g, g.startsWith('e'))",
          "claims.groups.exists_one(g, g == 'eng')",
          "!claims.groups.exists(g, g == 'ops')",
          "device.os == 'linux'",
          "device.os.startsWith('lin')",
          "device.version > 3",
          "device.version >= 3 && device.version < 3.5",
          "device.version == 3",
          "device['a.b'] == 'c'",
          "claims.groups == 'eng' || claims.level > 2",
          "request.time.getHours() < 6",
          "request.time.getDayOfWeek() in [1, 2, 3, 4, 5]",
          "request.time < timestamp('2026-06-01T00:00:00Z')",
          "session.age < duration('15m')",
          "session.age + duration('1m') > duration('10m')",
          "request.time - session.age < request.time",
          "session.approved",
          "principal.id.endsWith('/etl')",
          "principal.id.matches('^spiffe://[a-z.]+/.*$')",
          "principal.tenant == 'acme' ? device.healthy : request.collection == 'docs'",
          "request.collection.contains('acme')",
          "[1, 2, 3].all(x, x < 4) && device.healthy",
          "1 / device.version > 0",
          "device.version / 0 > 0 || true",
          "dyn(request.action) == 3",
          "this does not compile");

  private static final List<Map<String, Object>> FACTS =
      List.of(
          Map.of(),
          Map.of("device.healthy", true),
          Map.of("device.healthy", false, "request.action", "query"),
          Map.of("device.healthy", "yes", "request.action", "delete"),
          Map.of("device.healthy", true, "request.action", "delete", "device.os", "linux"),
          Map.of("device.version", 3, "device.os", 7),
          Map.of("device.version", 4L, "device.a.b", "c", "device", Map.of("healthy", true)),
          Map.of("device.version", 3.25, "claims.groups", "eng"),
          Map.of("device.version", 0, "claims.level", 3, "claims.groups", List.of("eng")),
          Map.of("request.time", Instant.parse("2026-02-03T04:05:06.789Z")),
          Map.of(
              "request.time",
              Instant.parse("2026-08-08T23:59:59Z"),
              "session.age",
              Duration.ofMinutes(12)),
          Map.of("request.time", "noon", "session.age", Duration.ofHours(1)),
          Map.of("session.approved", true, "session.age", Duration.ofSeconds(30, 5)),
          Map.of("principal.id", "spiffe://example.org/etl", "principal.tenant", "acme"),
          Map.of("principal.id", 3, "principal.tenant", "globex", "request.collection", "docs"),
          Map.of("request.collection", "acme-docs", "device.healthy", true));

  @Test
  void holdsExactlyWhenTheReferenceSaysSo() {
    Conditions conditions = new Conditions();
    int held = 0;
    for (String condition : CONDITIONS) {
      ConditionProgram program = conditions.program(condition);
      for (Map<String, Object> facts : FACTS) {
        boolean expected = conditions.refusal(condition, facts).isEmpty();
        assertEquals(expected, program.holds(of(facts)), condition + " of " + facts);
        held += expected ? 1 : 0;
      }
    }
    assertTrue(held > CONDITIONS.size(), "only " + held + " held");
    assertTrue(held < CONDITIONS.size() * FACTS.size() / 2, held + " held");
  }

  @Test
  void constantsAreTheSameOfAllFacts() {
    Conditions conditions = new Conditions();
    List<String> constant = new ArrayList<>();
    for (String condition : CONDITIONS) {
      Optional<Boolean> always = conditions.constant(condition);
      if (always.isPresent() && conditions.problems(condition).isEmpty()) {
        constant.add(condition + ": " + always.get());
        for (Map<String, Object> facts : FACTS) {
          boolean holds = conditions.refusal(condition, facts).isEmpty();
          assertEquals(always.get(), holds, condition + " of " + facts);
        }
      }
    }
    assertEquals(
        List.of("true: true", "false: false", "device.version / 0 > 0 || true: true"), constant);
  }

  @Test
  void unknownIsDenied() {
    assertFalse(new Conditions().program("device.healthy").holds(of(Map.of())));
    assertFalse(new Conditions().program("no such words").holds(of(Map.of())));
    assertFalse(new Conditions().program("request.action").holds(of(Map.of())));
  }

  private static ConditionProgram.Facts of(Map<String, Object> facts) {
    return new ConditionProgram.Facts() {
      @Override
      public Object value(Fact fact) {
        return facts.get(fact.text());
      }

      @Override
      public Map<String, Object> dotted() {
        return facts;
      }
    };
  }

  /** Whether a condition holds, by the reference and compiled; they agree. */
  private static boolean holds(String condition, Map<String, Object> facts) {
    Conditions conditions = new Conditions();
    boolean compiled = conditions.program(condition).holds(of(facts));
    assertEquals(conditions.refusal(condition, facts).isEmpty(), compiled, condition);
    return compiled;
  }

  @Test
  void listsAreLookedAtElementByElement() {
    Map<String, Object> facts = Map.of("claims.groups", List.of("eng", "ops"));
    assertTrue(holds("claims.groups.exists(g, g == 'ops')", facts));
    assertFalse(holds("claims.groups.exists(g, g == 'hr')", facts));
    assertFalse(holds("claims.groups.all(g, g == 'ops')", facts));
    assertTrue(holds("claims.groups.exists_one(g, g.startsWith('o'))", facts));
    for (String absent : List.of("exists", "all")) {
      assertFalse(holds("claims.groups." + absent + "(g, true)", Map.of()), absent);
      assertFalse(holds("!claims.groups." + absent + "(g, true)", Map.of()), absent);
    }
  }

  /** Asking whether a fact is there would let what is absent permit. */
  @Test
  void whetherAFactIsThereCannotBeAsked() {
    assertFalse(new Conditions().problems("has(device.healthy)").isEmpty());
    assertFalse(new Conditions().problems("claims.groups.map(g, g).size() > 1").isEmpty());
  }

  @Test
  void elementsAtTheLimitAndPastIt() {
    int side = 100; // of a square
    String square = "claims.a.all(x, claims.b.all(y, y < 1000))";
    Map<String, Object> at = Map.of("claims.a", numbers(side - 1), "claims.b", numbers(side));
    assertTrue(holds(square, at), "99 and 9,900");
    Map<String, Object> past = Map.of("claims.a", numbers(side), "claims.b", numbers(side));
    assertFalse(holds(square, past), "100 and 10,000");
    String flat = "claims.a.all(x, x >= 0)";
    int max = Conditions.ITERATIONS_MAX;
    assertTrue(holds(flat, Map.of("claims.a", numbers(max))));
    assertFalse(holds(flat, Map.of("claims.a", numbers(max + 1))));
  }

  private static List<Long> numbers(int count) {
    return java.util.stream.LongStream.range(0, count).boxed().toList();
  }
}
