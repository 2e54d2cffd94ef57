package io.ringfence.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ValidateCommandTest {
  private static final String SEGMENTS =
      """
      ringfence: v1
      name: small
      segments:
        app: { tier: application, networks: [10.0.1.0/24] }
        db: { tier: database, networks: [10.0.2.0/24] }
      """;

  private static final String WORKLOADS =
      """
      workloads:
        web: { segment: app, addresses: [10.0.1.2] }
        qdrant: { segment: db, addresses: [10.0.2.2], engine: qdrant }
      """;

  @TempDir private Path directory;

  private TestingShell shell() {
    return new TestingShell(directory);
  }

  @Test
  void validFileIsDescribed() {
    TestingShell.Result result =
        shell().file("ringfence.yaml", SEGMENTS + WORKLOADS).run("validate");
    assertEquals(
        "valid  small: 2 segments, 2 workloads, 0 tenants, 0 rules, 0 guardrails, 0 tests\n",
        result.out());
    assertEquals(0, result.exit());
  }

  @Test
  void folderIsMergedInTheOrderOfNames() {
    TestingShell shell =
        shell()
            .file("site/10-segments.yaml", SEGMENTS)
            .file("site/20-workloads.yml", "ringfence: v1\n" + WORKLOADS)
            .file("site/README.md", "no blueprint")
            .file("site/.hidden.yaml", "nonsense: true");
    assertEquals(0, shell.run("validate", "site").exit(), shell.run("validate", "site").out());
  }

  @Test
  void standardInputIsRead() {
    assertEquals(0, shell().typing(SEGMENTS + WORKLOADS).run("validate", "-").exit());
  }

  @Test
  void everyProblemIsShownWithItsLineAndAMark() {
    TestingShell.Result result =
        shell()
            .file(
                "bad.yaml",
                SEGMENTS
                    + """
                    workloads:
                      web: { segment: ap, addresses: [10.0.1.2] }
                      api: { segment: app, addresses: [10.0.1.2], engin: qdrant }
                    """)
            .run("validate", "bad.yaml");
    assertEquals(1, result.exit());
    String out = result.out();
    assertTrue(out.contains("bad.yaml:7:19: error: "), out);
    assertTrue(out.contains("    7 │   web: { segment: ap, addresses: [10.0.1.2] }\n"), out);
    assertTrue(out.contains("      │                   ^~\n"), out);
    assertTrue(out.contains("`engin`"), out);
    assertTrue(out.lines().toList().getLast().matches("[2-9] errors.*"), out);
  }

  @Test
  void jsonSaysTheSame() throws Exception {
    TestingShell shell = shell().file("bad.yaml", SEGMENTS.replace("10.0.1.0/24", "10.0.1.0/33"));
    TestingShell.Result result = shell.run("validate", "-o", "json", "bad.yaml");
    assertEquals(1, result.exit());
    JsonNode json = new ObjectMapper().readTree(result.out());
    assertFalse(json.get("valid").asBoolean());
    JsonNode problem = json.get("problems").get(0);
    assertEquals("bad.yaml", problem.get("file").asText());
    assertEquals(4, problem.get("line").asInt());
    assertEquals("error", problem.get("severity").asText());
    assertTrue(problem.get("message").asText().contains("33"));
  }

  @Test
  void whatCannotBeReadIsSaidInOneLine() {
    TestingShell shell = shell().file("empty/README.md", "");
    assertEquals(
        "error: there is no `ringfence.yaml` here; name a blueprint, or write one with `ringfence"
            + " init`\n",
        shell.run("validate").err());
    assertEquals(
        "error: folder `empty` holds no .yaml file\n", shell.run("validate", "empty").err());
  }
}
