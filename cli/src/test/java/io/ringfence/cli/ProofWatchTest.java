package io.ringfence.cli;

import static io.ringfence.cli.TestingText.BROKEN;
import static io.ringfence.cli.TestingText.SMALL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code verify --watch}: what came and went, and where it stands now. */
class ProofWatchTest {
  @TempDir private Path directory;

  private TestingShell.Watched watch(boolean asJson) {
    return new TestingShell(directory).watching(asJson, "site.yaml");
  }

  private void write(String text) {
    new TestingShell(directory).file("site.yaml", text);
  }

  /** Each text is a state of the file; the lines that the watch says to machines. */
  private List<JsonNode> lines(String... texts) throws Exception {
    TestingShell.Watched watched = watch(true);
    for (String text : texts) {
      write(text);
      watched.look();
    }
    ObjectMapper json = new ObjectMapper();
    List<JsonNode> out = new ArrayList<>();
    for (String line : watched.out().lines().toList()) {
      out.add(json.readTree(line));
    }
    return out;
  }

  private static boolean violated(JsonNode findings) {
    return findings.findValuesAsText("check").contains("guardrail-violated");
  }

  @Test
  void aLineInsertedAboveLeavesTheFindingsAndTheirPlacesMove() throws Exception {
    List<JsonNode> states = lines(BROKEN, "# new\n" + BROKEN, SMALL, "# newer\n\n" + BROKEN);
    assertTrue(violated(states.get(0).get("came")), states.toString());
    assertEquals(0, states.get(1).get("came").size(), "nothing is another finding");
    assertEquals(0, states.get(1).get("went").size());
    JsonNode went = states.get(2).get("went");
    assertTrue(violated(went), states.toString());
    JsonNode came = states.get(3).get("came");
    assertTrue(violated(came), states.toString());
    int first = line(states.get(0).get("came"));
    assertEquals(first + 1, line(went), "where it stood when it went");
    assertEquals(first + 2, line(came));
    assertFalse(states.get(3).get("clean").asBoolean());
  }

  private static int line(JsonNode findings) {
    for (JsonNode finding : findings) {
      if (finding.get("check").asText().equals("guardrail-violated")) {
        return finding.get("at").get("line").asInt();
      }
    }
    return -1;
  }

  @Test
  void peopleAreToldWhatCameAndWent() {
    write(BROKEN);
    TestingShell.Watched watched = watch(false);
    watched.look();
    assertTrue(watched.out().contains("site.yaml:15:5: error: "), watched.out());
    int told = watched.out().length();
    watched.look();
    assertEquals(told, watched.out().length(), "nothing changed, nothing is told");
    write("\n\n" + SMALL);
    watched.look();
    String more = watched.out().substring(told);
    assertTrue(more.contains("1 rule changed ("), more);
    assertTrue(more.contains("gone site.yaml:15:5: "), more);
  }

  @Test
  void whatIsNoBlueprintIsToldWhereItStandsAndTheNextIsComparedWithTheLastThatWas() {
    write(BROKEN);
    TestingShell.Watched watched = watch(false);
    watched.look();
    write("\n" + BROKEN + "nonsense: 1\n");
    watched.look();
    int line = BROKEN.lines().toList().size() + 2;
    assertTrue(watched.err().contains("site.yaml:" + line + ":1"), watched.err());
    int told = watched.out().length();
    write("\n" + BROKEN);
    watched.look();
    String more = watched.out().substring(told);
    assertTrue(more.contains("no rule changed: proved in "), more);
    assertFalse(more.contains("gone"), more);
  }

  @Test
  void aFileThatIsAwayIsLookedForAgain() throws Exception {
    TestingShell.Watched watched = watch(false);
    watched.look();
    write(BROKEN);
    watched.look();
    assertTrue(watched.out().contains("proved in "), watched.out());
  }

  @Test
  void formatsThatAreOneDocumentAreRefused() {
    TestingShell shell = new TestingShell(directory).file("site.yaml", BROKEN);
    for (String format : List.of("csv", "sarif", "junit")) {
      TestingShell.Result result = shell.run("verify", "--watch", "-o", format, "site.yaml");
      assertTrue(result.err().contains("--watch writes to standard output"), result.err());
      assertFalse(result.exit() == 0);
    }
    TestingShell.Result piped = shell.run("verify", "--watch", "-");
    assertTrue(piped.err().contains("--watch needs files"), piped.err());
  }
}
