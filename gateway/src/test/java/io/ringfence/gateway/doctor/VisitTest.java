package io.ringfence.gateway.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.gateway.request.HttpAnswer;
import io.ringfence.model.NamePattern;
import io.ringfence.model.Separation;
import io.ringfence.model.SourceLocation;
import io.ringfence.model.Tenant;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of servers by what they answer. */
class VisitTest {
  private static final Clientele NOBODY = new Clientele(List.of(), Map.of());

  private static HttpAnswer answer(int status, String body) {
    return new HttpAnswer(
        status, Optional.of("application/json"), body.getBytes(StandardCharsets.UTF_8));
  }

  /** A server that answers these to whom it knows, and strangers with the status. */
  private static Visit visit(Map<String, String> known, int stranger, boolean logsIn) {
    return new Visit(
        path -> known.containsKey(path) ? answer(200, known.get(path)) : answer(404, "{}"),
        path -> answer(stranger, "{}"),
        logsIn);
  }

  private static Map<String, String> qdrant(String version, String app) {
    return Map.of(
        "/", "{\"version\":\"" + version + "\"}", "/telemetry", "{\"result\":" + app + "}");
  }

  private static List<String> notes(String version, String app) throws IOException {
    return QdrantCheck.examine(visit(qdrant(version, app), 401, true)).notes();
  }

  @ParameterizedTest
  @CsvSource({
    "1.8.2, CVE-2024-3078, true",
    "1.8.3, CVE-2024-3078, false",
    "1.8.9, CVE-2024-3829, true",
    "1.9.0, CVE-2024-3829, false",
    "1.9.2, CVE-2026-25628, false",
    "1.9.3, CVE-2026-25628, true",
    "v1.15.5-dev, CVE-2026-25628, true",
    "1.16.0, CVE-2026-25628, false",
    "master, CVE-2026-25628, false",
  })
  void versionsAreHeldAgainstKnownFlaws(String version, String flaw, boolean told)
      throws IOException {
    assertEquals(told, notes(version, "{}").stream().anyMatch(n -> n.contains(flaw)));
  }

  /** Credentials in the blueprint say that it asks for some: one that does not is open. */
  @ParameterizedTest
  @CsvSource({"200, true, 1, 0", "200, false, 0, 1", "401, true, 0, 0", "403, false, 0, 0"})
  void aServerThatAnswersStrangers(int status, boolean logsIn, int findings, int notes)
      throws IOException {
    Diagnosis qdrant = QdrantCheck.examine(visit(qdrant("1.19.0", "{}"), status, logsIn));
    assertEquals(findings, qdrant.findings().size());
    assertEquals(notes, qdrant.notes().size(), qdrant.notes()::toString);
    Map<String, String> known =
        Map.of("/api/v2/version", "\"1.0.0\"", "/api/v2/auth/identity", "{}");
    Diagnosis chroma = ChromaCheck.examine(visit(known, status, logsIn), NOBODY);
    assertEquals(findings, chroma.findings().size());
    assertEquals(notes, chroma.notes().size(), chroma.notes()::toString);
  }

  @Test
  void whatQdrantTellsOfItself() throws IOException {
    String app =
        "{\"app\":{\"jwt_rbac\":true,\"features\":{\"recovery_mode\":true,"
            + "\"service_debug_feature\":true}},\"cluster\":{\"enabled\":true}}";
    List<String> notes = notes("1.19.0", app);
    assertEquals(4, notes.size(), notes::toString);
    assertEquals(List.of(), notes("1.19.0", "{\"app\":{\"jwt_rbac\":false}}"));
  }

  @Test
  void aServerThatRefusesTheGatewayOrIsAnotherIsNotLookedAt() {
    Visit refusing = new Visit(path -> answer(401, "no"), path -> answer(401, "no"), true);
    String why = assertThrows(IOException.class, () -> QdrantCheck.examine(refusing)).getMessage();
    assertTrue(why.contains("refuses the gateway's own credentials"), why);
    for (String body : List.of("{}", "[]", "nonsense", "{\"title\":\"x\"}")) {
      Visit other = visit(Map.of("/", body, "/api/v2/version", body), 200, false);
      assertThrows(IOException.class, () -> QdrantCheck.examine(other));
      assertThrows(IOException.class, () -> ChromaCheck.examine(other, NOBODY));
    }
  }

  @ParameterizedTest
  @CsvSource({"1.0.0, false", "1.0.1, true", "1.5.8, true", "1.5.9, false", "0.6.3, false"})
  void chromasPythonServerIsToldByItsVersion(String version, boolean told) throws IOException {
    Map<String, String> known = Map.of("/api/v2/version", "\"" + version + "\"");
    List<String> notes = ChromaCheck.examine(visit(known, 401, false), NOBODY).notes();
    assertEquals(told, notes.stream().anyMatch(n -> n.contains("CVE-2026-45829")));
  }

  @Test
  void aNativeTenantThatChromaDoesNotKnowIsNamed() throws IOException {
    Tenant tenant =
        new Tenant(
            "acme",
            List.of(new Tenant.Member.Spiffe("spiffe://x.example/a")),
            Separation.NATIVE,
            Optional.empty(),
            List.of(new NamePattern("*")),
            Optional.empty(),
            Optional.empty(),
            SourceLocation.BUILT_IN);
    Clientele clientele = new Clientele(List.of(tenant), Map.of());
    Map<String, String> without = Map.of("/api/v2/version", "\"1.0.0\"");
    List<String> notes = ChromaCheck.examine(visit(without, 401, false), clientele).notes();
    assertTrue(notes.getFirst().contains("no tenant `acme`"), notes::toString);
    Map<String, String> with =
        Map.of("/api/v2/version", "\"1.0.0\"", "/api/v2/tenants/acme", "{\"name\":\"acme\"}");
    assertEquals(List.of(), ChromaCheck.examine(visit(with, 401, false), clientele).notes());
  }
}
