package io.ringfence.verifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.model.Address;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Flow;
import io.ringfence.model.Place;
import io.ringfence.model.PortSet;
import io.ringfence.model.Protocol;
import io.ringfence.model.testing.RagPlatform;
import io.ringfence.verifier.reach.BlastRadius;
import io.ringfence.verifier.reach.CompromiseSpread;
import io.ringfence.verifier.reach.Reach;
import io.ringfence.verifier.reach.Reachability;
import io.ringfence.verifier.reach.SegmentationMatrix;
import io.ringfence.verifier.subject.Check;
import io.ringfence.verifier.subject.Severity;
import io.ringfence.verifier.subject.Subject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is proved of the deployment that everybody has. */
class RagPlatformTest {
  private final Subject subject = new Subject(new Directory(RagPlatform.blueprint()));

  private static Place workload(String name) {
    return new Place.OfWorkload(name);
  }

  @Test
  void everyGuardrailAndTestHolds() {
    Verification verification = Verification.of(subject);
    assertEquals(List.of(), verification.findings(Severity.ERROR));
    assertTrue(verification.holds());
    subject.blueprint().guardrails().forEach(g -> assertTrue(verification.holds(g)));
  }

  /** This copy of it declares no TLS, so that every leg of a gateway would be named too. */
  @Test
  void lintFindsTheTwoRolesWithoutCollections() {
    assertEquals(
        List.of("role-without-collections ingest", "role-without-collections operate"),
        Verification.lint(subject).findings(Severity.WARNING).stream()
            .filter(f -> !f.check().equals(Check.PLAINTEXT_IN_MICRO.text()))
            .map(f -> f.check() + " " + f.subject())
            .toList());
  }

  @Test
  void webReachesTheApplicationAndNoDatabase() {
    Reachability reachability = new Reachability(subject);
    Reach front = reachability.between(workload("web"), workload("rag-api"));
    assertEquals(PortSet.parse("8080/tcp"), front.ports());
    assertEquals(List.of("front"), front.rules());
    assertFalse(front.conditional());
    Reach database = reachability.between(workload("web"), new Place.OfSegment("vectordb"));
    assertTrue(database.isEmpty());
    assertEquals(List.of(), database.through());
  }

  @Test
  void theApplicationReachesTheDatabaseThroughTheGatewayOnly() {
    Reach reach = new Reachability(subject).between(workload("rag-api"), workload("qdrant"));
    assertTrue(reach.isEmpty());
    assertEquals(
        List.of("gateway search"),
        reach.through().stream().map(w -> w.gateway() + " " + w.rule()).toList());
  }

  @Test
  void aCompromisedWebSpreadsToTheApplicationAndStopsAtTheGateway() {
    BlastRadius radius = new CompromiseSpread(subject).from(workload("web"));
    assertEquals(List.of("rag-api"), radius.workloads());
    assertEquals(List.of(), radius.destinationNames());
    assertEquals(List.of("query on acme-* through gateway under search"), radius.collections());
  }

  @Test
  void nothingCrossesTheEdgeOfTheVault() {
    SegmentationMatrix matrix = new SegmentationMatrix(subject);
    for (String zone : matrix.zones()) {
      assertTrue(matrix.cell("vault", zone).isEmpty());
      assertTrue(matrix.cell(zone, "vault").isEmpty());
    }
    assertEquals(List.of("public"), matrix.cell(Blueprint.INTERNET, "edge").rules());
    assertTrue(matrix.cell("app", "vectordb").conditional());
  }

  @Test
  void anExplanationNamesTheGuardrailAndTheNearestMisses() {
    Flow flow =
        new Flow(Address.parse("10.20.0.10"), Address.parse("10.20.2.11"), Protocol.TCP, 6334);
    Explanation explanation = Explanation.of(subject, flow);
    assertEquals("web (10.20.0.10) -> qdrant (10.20.2.11) 6334/tcp", explanation.what());
    assertEquals("no-bypass", explanation.verdict().decider());
    assertEquals(
        List.of("no-bypass"),
        explanation.guardrails().stream()
            .filter(Explanation.Step::applies)
            .map(Explanation.Step::name)
            .toList());
    assertEquals(
        "does not permit it: the source web (10.20.0.10) is not `qdrant`; 6334/tcp is not 6335/tcp",
        step(explanation, "peers").reason());
  }

  @Test
  void anExplanationSaysThatTheDirectPathStaysDenied() {
    Flow flow =
        new Flow(Address.parse("10.20.1.10"), Address.parse("10.20.2.11"), Protocol.TCP, 6334);
    assertEquals(
        "does not permit it: it goes through gateway `gateway`, and the direct path stays denied",
        step(Explanation.of(subject, flow), "search").reason());
  }

  private static Explanation.Step step(Explanation explanation, String rule) {
    return explanation.rules().stream().filter(s -> s.name().equals(rule)).findFirst().get();
  }
}
