package io.ringfence.gateway.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Action;
import io.ringfence.model.Address;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Principal;
import io.ringfence.model.Protocol;
import io.ringfence.model.Request;
import io.ringfence.model.Verdict;
import io.ringfence.model.testing.RagPlatform;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The RAG platform with its rule `search` observed. */
class ObservationsTest {
  private static final Instant UNTIL = Instant.parse("2026-01-01T12:00:00Z");

  private final Observations observations = observations(UNTIL.minusNanos(1));

  private static Observations observations(Instant now) {
    return Observations.of(new Directory(observing("search")), "gateway", now);
  }

  private static Blueprint observing(String rule) {
    Blueprint all = RagPlatform.blueprint();
    return all.withRules(
        all.access().stream().map(r -> r.name().equals(rule) ? observed(r) : r).toList(),
        all.egress());
  }

  private static AccessRule observed(AccessRule r) {
    return new AccessRule(
        r.name(),
        r.origin(),
        r.from(),
        r.to(),
        r.through(),
        r.role(),
        r.collections(),
        r.allTenants(),
        r.session(),
        r.when(),
        r.encryption(),
        Optional.of(UNTIL),
        r.at());
  }

  @ParameterizedTest
  @CsvSource({
    // its role's actions and its collections no longer limit it
    "PERMIT by observed:search, rag-api, 10.20.1.10, 6334, INSERT, acme-docs",
    "PERMIT by observed:search, rag-api, 10.20.1.10, 6334, QUERY, acme-docs",
    "PERMIT by observed:search, rag-api, 10.20.1.10, 6334, QUERY, nobodys",
    // another tenant's data, the whole server, another door, place or caller: as ever
    "DENY, rag-api, 10.20.1.10, 6334, QUERY, shared-docs",
    "DENY, rag-api, 10.20.1.10, 6334, CLUSTER, ",
    "DENY, rag-api, 10.20.1.10, 6334, METRICS, ",
    "DENY, rag-api, 10.20.1.10, 6333, QUERY, acme-docs",
    "DENY, rag-api, 10.20.0.10, 6334, INSERT, acme-docs",
    "DENY, etl, 10.20.1.10, 6334, INSERT, acme-docs",
  })
  void whatPasses(
      String expected, String as, String source, int port, Action action, String collection) {
    CompiledPolicy relaxed = new CompiledPolicy(observations.relaxed(), new Generation(1, "cafe"));
    Request request =
        new Request(
            Address.parse(source),
            "gateway",
            Address.parse("10.20.2.11"),
            Protocol.TCP,
            port,
            new Principal(
                Optional.of(as.equals("etl") ? RagPlatform.ETL : RagPlatform.RAG_API),
                Optional.empty()),
            action,
            Optional.ofNullable(collection),
            Map.of());
    Verdict verdict = relaxed.decide(request);
    assertEquals(expected, verdict.permitted() ? "PERMIT by " + verdict.decider() : "DENY");
  }

  @Test
  void itEndsWhenItIsSaidTo() {
    assertEquals(1, observations.inForce(UNTIL.minusNanos(1)).size());
    assertEquals(List.of(), observations.inForce(UNTIL));
    assertTrue(observations(UNTIL).none(), "one that has expired is not even compiled");
  }

  @Test
  void whatSomebodyElseMustApproveIsNotObserved() {
    assertTrue(Observations.of(new Directory(observing("operate")), "gateway", Instant.MIN).none());
  }

  @Test
  void rulesOfAnotherGatewayAreItsOwn() {
    assertTrue(Observations.of(new Directory(observing("search")), "other", Instant.MIN).none());
  }
}
