package io.ringfence.gateway.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What a Qdrant leaves open, as far as it tells over its own interface. */
public final class QdrantCheck {
  private static final String GREETING = "/";

  /** Not among what it answers to everybody. */
  private static final String GUARDED = "/telemetry";

  private static final List<Flaw> FLAWS =
      List.of(
          new Flaw(
              "0.0.0",
              "1.8.3",
              "CVE-2024-3078 (snapshot names as paths): whoever may `snapshot` reaches it"),
          new Flaw(
              "0.0.0",
              "1.9.0",
              "CVE-2024-2221, CVE-2024-3584 and CVE-2024-3829 (files through uploaded snapshots):"
                  + " whoever may `snapshot` reaches them"),
          new Flaw(
              "1.9.3",
              "1.16.0",
              "CVE-2026-25628 (`/logger` writes to any file): whoever may `manage` the whole server"
                  + " reaches it, and who holds its read-only key without the gateway"));

  private QdrantCheck() {}

  /**
   * @throws IOException when it cannot be looked at
   */
  public static Diagnosis examine(Visit visit) throws IOException {
    String version = visit.known(GREETING).path("version").asText();
    if (version.isEmpty()) {
      throw new IOException("what answers does not say its version, as Qdrant does");
    }
    List<Finding> findings = new ArrayList<>();
    List<String> notes = new ArrayList<>(Flaw.notes(FLAWS, version));
    strangers(visit, findings, notes);
    telemetry(visit.known(GUARDED).path("result"), notes);
    return new Diagnosis(version, findings, notes);
  }

  private static void strangers(Visit visit, List<Finding> findings, List<String> notes)
      throws IOException {
    if (!visit.answersStrangers(GUARDED)) {
      return;
    }
    if (visit.logsIn()) {
      findings.add(
          new Finding(
              "the blueprint has credentials for it, and it asks nobody for any",
              "set `service.api_key` (QDRANT__SERVICE__API_KEY) there and start it anew, or take"
                  + " the credentials out of `upstream`"));
    } else {
      notes.add(
          "it answers whoever reaches it: only the network layer keeps others from it; set"
              + " `service.api_key` there and `credentials: { api-key: }` here");
    }
  }

  private static void telemetry(JsonNode told, List<String> notes) {
    JsonNode app = told.path("app");
    if (app.path("jwt_rbac").asBoolean()) {
      notes.add(
          "it takes tokens (`jwt_rbac`): one without `access` may do everything; whoever has its"
              + " API key signs them");
    }
    JsonNode features = app.path("features");
    if (features.path("recovery_mode").asBoolean()) {
      notes.add("it runs in recovery mode, and loads no collection");
    }
    if (features.path("service_debug_feature").asBoolean()) {
      notes.add("it is built for debugging (`service_debug`), and tells of its inside");
    }
    if (told.path("cluster").path("enabled").asBoolean()) {
      notes.add(
          "it is one of a cluster: its port 6335 asks nobody who they are, unless"
              + " `service.enforce_internal_auth` is set; no rule but its peers' may lead there");
    }
  }
}
