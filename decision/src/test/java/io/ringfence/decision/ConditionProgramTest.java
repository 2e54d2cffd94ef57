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
}
