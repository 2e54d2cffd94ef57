package io.ringfence.cli;

import static io.ringfence.cli.TestingText.BROKEN;
import static io.ringfence.cli.TestingText.SMALL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code verify} and {@code lint}: what they find, and in which formats they say it. */
class VerifyCommandTest {
  private static final Path JUNIT_SCHEMA = Path.of("..", ".ringfence", "schemas", "junit-10.xsd");

  @TempDir private Path directory;

  private TestingShell shell() {
    return new TestingShell(directory);
  }

  @Test
  void demoVerifiesClean() {
    TestingShell.Result result =
        shell()
            .file("demo.yaml", TestingText.example("demo-postgresql.yaml"))
            .run("verify", "demo.yaml");
    assertEquals(0, result.exit(), result.out());
    assertTrue(result.out().contains("✓ guardrails       6 guardrails proved over"), result.out());
    assertTrue(result.out().contains("rulesets read back: exactly the blueprint's flows"));
    assertTrue(result.out().contains("`management:` reaches 9 workloads"), result.out());
    assertTrue(result.out().lines().toList().getLast().startsWith("verified  in "));
  }

  @Test
  void forbiddenRuleIsShownByAFlow() {
    TestingShell.Result result = shell().file("ringfence.yaml", BROKEN).run("verify");
    assertEquals(3, result.exit());
    assertTrue(result.out().contains("ringfence.yaml:15:5: error: "), result.out());
    assertTrue(result.out().contains("[guardrail-violated]"), result.out());
    assertTrue(result.out().contains("web (10.0.0.2) -> qdrant (10.0.2.2) 6334/tcp"), result.out());
    assertTrue(result.out().contains("✗ guardrails       1 of 1 guardrail: no-shortcut"));
    // The guardrail is enforced all the same, so the test still holds.
    assertTrue(result.out().contains("✓ tests            2 tests as expected"), result.out());
  }

  @Test
  void lintFindsAndVerifyFindsIt() {
    String wide = SMALL.replace("from: web, to:", "from: internet, to:");
    String open = wide.replace("from: api, to: qdrant/grpc", "from: internet, to: qdrant/grpc");
    TestingShell shell = shell().file("ringfence.yaml", open);
    assertEquals(3, shell.run("lint").exit());
    assertTrue(shell.run("lint").out().contains("[world-open-database]"), shell.run("lint").out());
    assertTrue(shell.run("verify").out().contains("[world-open-database]"));
  }

  @Test
  void lintOfACleanBlueprintSaysSo() {
    TestingShell.Result result = shell().file("ringfence.yaml", SMALL).run("lint");
    assertEquals(0, result.exit(), result.out());
    assertTrue(result.out().endsWith("clean  small: 16 checks\n"), result.out());
  }

  @Test
  void jsonNamesWhatWasCheckedAndFound() {
    JsonNode json =
        TestingText.json(shell().file("ringfence.yaml", BROKEN).run("verify", "-o", "json").out());
    assertFalse(json.get("clean").asBoolean());
    assertFalse(json.at("/checked/guardrails/0/holds").asBoolean());
    assertTrue(json.at("/checked/artifacts/0/holds").asBoolean());
    JsonNode finding = json.at("/findings/0");
    assertEquals("guardrail-violated", finding.get("check").asText());
    assertEquals(15, finding.at("/at/line").asInt());
    assertEquals("10.0.0.2", finding.at("/witness/source").asText());
    assertEquals(6334, finding.at("/witness/port").asInt());
  }

  record Run(String verb, String blueprint, int exit) {}

  static Stream<Run> runs() {
    String invalid = SMALL.replace("segment: app", "segment: ap");
    return Stream.of("lint", "verify")
        .flatMap(
            verb ->
                Stream.of(
                    new Run(verb, SMALL, 0),
                    new Run(verb, BROKEN, verb.equals("lint") ? 0 : 3),
                    new Run(verb, invalid, 1)));
  }

  @ParameterizedTest
  @MethodSource("runs")
  void sarifIsValid(Run run) throws Exception {
    TestingShell.Result result = run(run, "sarif");
    try (InputStream in = getClass().getResourceAsStream("/schema/sarif-schema-2.1.0.json")) {
      Schema schema =
          SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
              .getSchema(new String(in.readAllBytes(), StandardCharsets.UTF_8), InputFormat.JSON);
      assertEquals(List.of(), schema.validate(result.out(), InputFormat.JSON));
    }
  }

  @ParameterizedTest
  @MethodSource("runs")
  void junitIsValid(Run run) throws Exception {
    assumeTrue(Files.exists(JUNIT_SCHEMA), "run scripts/test-schemas first");
    TestingShell.Result result = run(run, "junit");
    SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI)
        .newSchema(JUNIT_SCHEMA.toFile())
        .newValidator()
        .validate(new StreamSource(new StringReader(result.out())));
  }

  private TestingShell.Result run(Run run, String format) {
    TestingShell.Result result =
        shell().file("a b.yaml", run.blueprint()).run(run.verb(), "-o", format, "a b.yaml");
    assertEquals(run.exit(), result.exit(), result.out() + result.err());
    assertEquals("", result.err());
    return result;
  }

  @Test
  void sarifPointsAtTheLine() {
    JsonNode result =
        TestingText.json(
                shell().file("a b.yaml", BROKEN).run("verify", "-o", "sarif", "a b.yaml").out())
            .at("/runs/0/results/0");
    assertEquals("guardrail-violated", result.get("ruleId").asText());
    assertEquals("error", result.get("level").asText());
    JsonNode place = result.at("/locations/0/physicalLocation");
    assertEquals("a%20b.yaml", place.at("/artifactLocation/uri").asText());
    assertEquals(15, place.at("/region/startLine").asInt());
  }

  @ParameterizedTest
  @MethodSource("runs")
  void csvHasTheSameColumnsAlways(Run run) {
    List<String> lines = run(run, "csv").out().lines().toList();
    assertEquals("check,severity,subject,file,line,column,message,witness", lines.getFirst());
    if (run.exit() != 0) {
      assertTrue(lines.get(1).matches("[a-z-]+,error,[a-z-]*,a b.yaml,[0-9]+,.*"), lines.get(1));
    }
  }

  @Test
  void reportGoesToAFile() {
    TestingShell shell = shell().file("ringfence.yaml", SMALL);
    TestingShell.Result result = shell.run("verify", "-o", "junit", "--out", "out/verify.xml");
    assertEquals("", result.out());
    assertEquals("written  out/verify.xml\n", result.err());
    assertTrue(shell.text("out/verify.xml").startsWith("<?xml"));
  }
}
