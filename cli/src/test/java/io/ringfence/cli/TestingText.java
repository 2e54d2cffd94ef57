package io.ringfence.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Blueprints that tests of several commands use, and JSON read back. */
final class TestingText {
  private TestingText() {}

  /** The example that everybody starts from. */
  static String ragPlatform() {
    return example("rag-platform.yaml");
  }

  static String example(String name) {
    try {
      return Files.readString(Path.of("..", "examples", name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Three workloads, one rule, one guardrail, one test. */
  static final String SMALL =
      """
      ringfence: v1
      name: small
      segments:
        edge: { tier: application, networks: [10.0.0.0/24] }
        app: { tier: application, networks: [10.0.1.0/24] }
        db: { tier: database, networks: [10.0.2.0/24] }
      workloads:
        web: { segment: edge, addresses: [10.0.0.2] }
        api: { segment: app, addresses: [10.0.1.2] }
        qdrant: { segment: db, addresses: [10.0.2.2], engine: qdrant }
      access:
        - { name: front, from: web, to: { workload: api, ports: [8080/tcp] } }
        - { name: search, from: api, to: qdrant/grpc }
      guardrails:
        - { name: no-shortcut, never: { from: web, to: qdrant } }
      tests:
        - { expect: permit, flow: { from: api, to: qdrant, port: 6334/tcp } }
        - { expect: deny, flow: { from: web, to: qdrant, port: 6334/tcp } }
      """;

  /** The same with a rule that its guardrail forbids. */
  static final String BROKEN =
      SMALL.replace("from: api, to: qdrant/grpc", "from: [api, web], to: qdrant/grpc");

  static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(text, e);
    }
  }
}
