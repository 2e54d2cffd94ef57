package io.ringfence.conformance.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ringfence.gateway.audit.AuditVerification;
import io.ringfence.gateway.identity.ApiKeyText;
import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Chroma's own Python client, unchanged but for address and credentials, in front of Chroma's own
 * server, with {@code ringfence gateway} between them.
 */
@Tag("slow")
class ChromaEndToEndTest {
  private static final Path PYTHON = Path.of("../.ringfence/clients/python/bin/python");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  private final Map<String, String> keys = new TreeMap<>();
  private GatewaySite site;
  private RealChroma database;
  private GatewayProcess gateway;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    assumeTrue(
        Files.isExecutable(PYTHON), "Chroma's client is not here: scripts/test-clients fetches it");
    Path data = Files.createDirectories(folder.resolve("chroma"));
    database = RealChroma.start(data);
    site = new GatewaySite(folder.resolve("site"));
    site.write(blueprint());
    writeKeys("acme-app", "globex-app", "nobody");
    gateway =
        GatewayProcess.start(
            folder.resolve("gateway.log"),
            "--blueprint",
            site.folder().resolve("site.yaml").toString(),
            "--listen",
            "rest=127.0.0.1:0",
            "--upstream",
            "database=127.0.0.1:" + database.socket().getPort());
  }

  @AfterEach
  void end() {
    if (gateway != null) {
      gateway.close();
    }
    if (database != null) {
      database.close();
    }
  }

  private static String blueprint() {
    return TwoTenants.BLUEPRINT
        .replace("identity: { mtls: required }", "api-keys: { file: keys/api-keys.yaml }")
        .replace("role: reader }", "role: owner }")
        .replace(
            "guardrails:",
            "  - { name: looks, from: nobody, to: database/rest, through: gateway, role: reader,"
                + " collections: [notes] }\nguardrails:");
  }

  private void writeKeys(String... workloads) throws IOException {
    StringBuilder out = new StringBuilder("keys:\n");
    for (String workload : workloads) {
      String key = ApiKeyText.random(new SecureRandom());
      keys.put(workload, key);
      out.append(
          "  - { id: %s, sha256: %s, principal: \"%s\", expires: 2999-01-01T00:00:00Z }\n"
              .formatted(
                  ApiKeyText.id(key).orElseThrow(),
                  ApiKeyText.sha256(key),
                  GatewaySite.TRUST_DOMAIN + workload));
    }
    Files.writeString(site.keys().resolve("api-keys.yaml"), out);
  }

  /** What the client's steps came to. */
  private List<JsonNode> client(String key, String... steps)
      throws IOException, InterruptedException {
    URL script = ChromaEndToEndTest.class.getResource("/gateway/chroma_client.py");
    List<String> command =
        new ArrayList<>(
            List.of(
                PYTHON.toString(),
                Path.of(script.getPath()).toString(),
                Integer.toString(gateway.port()),
                site.keys().resolve("ca.pem").toString(),
                key));
    command.addAll(Arrays.asList(steps));
    Path errors = folder.resolve("client.log");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(30, TimeUnit.SECONDS));
    List<JsonNode> lines = new ArrayList<>();
    for (String line : out.lines().toList()) {
      lines.add(JSON.readTree(line));
    }
    assertEquals(steps.length, lines.size(), () -> out + read(errors));
    return lines;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.getMessage();
    }
  }

  private static String done(JsonNode step) {
    assertTrue(step.has("done"), step::toString);
    return step.get("done").toString();
  }

  private static String refused(JsonNode step) {
    assertTrue(step.has("refused"), step::toString);
    return step.get("refused").asText();
  }

  @Test
  void twoTenantsShareAServerAndNothingElse() throws Exception {
    List<JsonNode> acme =
        client(keys.get("acme-app"), "quick_start", "every_verb", "names", "collection_id");
    assertEquals(
        "{\"name\":\"all-my-documents\",\"ids\":[\"doc1\",\"doc2\"],"
            + "\"documents\":[\"This is document1\",\"This is document2\"]}",
        done(acme.get(0)));
    assertEquals(
        "{\"seen\":[\"third,"
            + " edited\"],\"where\":[\"doc1\"],\"count\":2,\"peeked\":1,\"renamed\":2}",
        done(acme.get(1)));
    assertEquals("[\"all-my-documents\"]", done(acme.get(2)));
    String id = acme.get(3).get("done").asText();

    // The same names are free for the next tenant, and nothing of the first is there for it.
    List<JsonNode> globex =
        client(
            keys.get("globex-app"),
            "names",
            "get:all-my-documents",
            "get:acme-all-my-documents",
            "create:acme-notes",
            "by_id:" + id,
            "remove:all-my-documents",
            "quick_start",
            "names");
    assertEquals("[]", done(globex.get(0)));
    assertEquals("NotFoundError", refused(globex.get(1)));
    assertEquals("NotFoundError", refused(globex.get(2)));
    assertEquals("NotFoundError", refused(globex.get(3)));
    assertEquals("NotFoundError", refused(globex.get(4)));
    assertEquals("NotFoundError", refused(globex.get(5)));
    assertTrue(done(globex.get(6)).contains("doc1"));
    assertEquals("[\"all-my-documents\"]", done(globex.get(7)));
    assertEquals("[\"all-my-documents\"]", done(client(keys.get("acme-app"), "names").getFirst()));

    // Who has a rule for something else greets, and gets nothing.
    List<JsonNode> nobody = client(keys.get("nobody"), "version", "create:notes", "by_id:" + id);
    assertEquals("\"1.0.0\"", done(nobody.get(0)));
    assertEquals("AuthorizationError", refused(nobody.get(1)));
    assertEquals("AuthorizationError", refused(nobody.get(2)));

    assertEquals(143, gateway.end(), "ended by a signal");
    checkLog();
  }

  private void checkLog() throws IOException {
    Path audit = site.folder().resolve("audit");
    AuditVerification log = AuditVerification.of(audit, Optional.empty(), Optional.empty());
    assertEquals(List.of(), log.problems());
    assertEquals(List.of(), log.unfinished());
    StringBuilder text = new StringBuilder();
    try (var files = Files.list(audit)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".jsonl")).toList()) {
        text.append(Files.readString(file));
      }
    }
    assertTrue(text.indexOf("\"tenant\":\"acme\"") > 0);
    assertTrue(text.indexOf("\"tenant\":\"globex\"") > 0);
    assertFalse(text.indexOf("This is document1") > 0, "no content is in the log");
    keys.values().forEach(k -> assertFalse(text.indexOf(k) > 0, "no key is in the log"));
  }

  @Test
  void wrongKeyIsNobody() throws Exception {
    String other = ApiKeyText.random(new SecureRandom());
    URL script = ChromaEndToEndTest.class.getResource("/gateway/chroma_client.py");
    Process process =
        new ProcessBuilder(
                PYTHON.toString(),
                script.getPath(),
                Integer.toString(gateway.port()),
                site.keys().resolve("ca.pem").toString(),
                other,
                "names")
            .redirectErrorStream(true)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(30, TimeUnit.SECONDS));
    assertTrue(process.exitValue() != 0, out);
  }
}
