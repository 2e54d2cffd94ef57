package io.ringfence.gateway.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import io.ringfence.model.Separation;
import io.ringfence.model.Tenant;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What a Chroma leaves open, as far as it tells over its own interface. */
public final class ChromaCheck {
  private static final String VERSION = "/api/v2/version";

  /** It says who the caller is, where it asks. */
  private static final String GUARDED = "/api/v2/auth/identity";

  /** What the server written in Rust always says; the one written in Python says its own. */
  private static final String OF_RUST = "1.0.0";

  private static final List<Flaw> FLAWS =
      List.of(
          new Flaw(
              "1.0.1",
              "1.5.9",
              "CVE-2026-45829 (Chroma's Python server runs what a collection's embedding function"
                  + " names, before it asks who asks): the gateway refuses such functions, nobody"
                  + " else does"));

  private ChromaCheck() {}

  /**
   * @throws IOException when it cannot be looked at
   */
  public static Diagnosis examine(Visit visit, Clientele clientele) throws IOException {
    JsonNode version = visit.known(VERSION);
    if (!version.isTextual()) {
      throw new IOException("what answers does not say its version, as Chroma does");
    }
    List<Finding> findings = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    if (!version.asText().equals(OF_RUST)) {
      notes.addAll(Flaw.notes(FLAWS, version.asText()));
    }
    strangers(visit, findings, notes);
    for (Tenant tenant : clientele.tenants()) {
      if (tenant.separation() == Separation.NATIVE
          && visit.known("/api/v2/tenants/" + tenant.name()).isMissingNode()) {
        notes.add(
            "it has no tenant `%s`, in which the tenant of that name is kept"
                .formatted(tenant.name()));
      }
    }
    return new Diagnosis(version.asText(), findings, notes);
  }

  private static void strangers(Visit visit, List<Finding> findings, List<String> notes)
      throws IOException {
    if (visit.known(GUARDED).isMissingNode() || !visit.answersStrangers(GUARDED)) {
      return;
    }
    if (visit.logsIn()) {
      findings.add(
          new Finding(
              "the blueprint has credentials for it, and it asks nobody for any",
              "have it ask, which Chroma's open server cannot, or take the credentials out of"
                  + " `upstream`"));
    } else {
      notes.add("it answers whoever reaches it: only the network layer keeps others from it");
    }
  }
}
