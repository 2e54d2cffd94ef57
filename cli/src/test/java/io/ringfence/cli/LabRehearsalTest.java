package io.ringfence.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.ringfence.agent.KernelTable;
import io.ringfence.agent.kernel.NetworkNamespace;
import io.ringfence.lab.Lab;
import java.net.NetworkInterface;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code lab} and {@code attack} in real kernels, as a newcomer goes through them. */
@Tag("kernel")
class LabRehearsalTest {
  private static final String ID = "c" + Long.toString(ProcessHandle.current().pid(), 36);

  @TempDir private Path directory;

  private TestingShell.Result run(String line, String... more) {
    List<String> words = new ArrayList<>(List.of(line.split(" ")));
    words.addAll(List.of("--state", "labs"));
    words.addAll(List.of(more));
    return new TestingShell(directory)
        .file("ringfence.yaml", TestingText.SMALL)
        .file("wider.yaml", TestingText.BROKEN)
        .run(words.toArray(String[]::new));
  }

  private TestingShell.Result good(String line, String... more) {
    TestingShell.Result result = run(line, more);
    assertEquals(ExitCode.OK, result.exit(), result.out() + result.err());
    return result;
  }

  private JsonNode json(int exit, String line, String... more) {
    TestingShell.Result result = run(line + " -o json", more);
    assertEquals(exit, result.exit(), result.out() + result.err());
    return TestingText.json(result.out());
  }

  @BeforeEach
  void up() {
    Lab.unavailable().ifPresent(why -> Assumptions.abort(why));
    good("lab up --id " + ID);
  }

  @AfterEach
  void down() {
    run("lab down --id " + ID);
  }

  @Test
  void enforcedTheLabDoesWhatTheBlueprintSays() throws Exception {
    assertTrue(run("lab up --id " + ID).err().contains("is up already"));
    assertTrue(good("lab list").out().contains(ID + "  small"));
    JsonNode open = json(ExitCode.OK, "lab probe");
    assertEquals(open.path("flows").asInt(), open.path("reached").asInt(), open.toString());

    assertTrue(good("lab enforce").out().startsWith("in force  small, in "));
    JsonNode enforced = json(ExitCode.OK, "lab probe");
    assertEquals(open.path("flows"), enforced.path("flows"));
    assertTrue(enforced.path("reached").asInt() < 10, enforced.toString());
    assertTrue(good("lab probe").out().startsWith("agrees  small: "));

    tamper();
    TestingShell.Result differs = run("lab probe");
    assertEquals(ExitCode.FINDINGS, differs.exit(), differs.out());
    assertTrue(
        differs.out().contains("api (10.0.1.2) -> web (10.0.0.2) icmp/type-8, and "),
        differs.out());
    assertTrue(
        differs.out().contains("the model says DENY by default-deny/edge; the lab let it through"),
        differs.out());

    good("lab release");
    assertEquals(open.path("reached"), json(ExitCode.OK, "lab probe").path("reached"));
    assertEquals("Lab " + ID + " taken down.\n", good("lab down").out());
    assertEquals("No lab was up.\n", good("lab down").out());
  }

  /** Takes every table away but qdrant's. */
  private void tamper() throws Exception {
    JsonNode lab = TestingText.json(run("lab list -o json").out()).get(0);
    for (JsonNode name : lab.path("namespaces")) {
      try (NetworkNamespace namespace = NetworkNamespace.named(name.asText())) {
        if (!isQdrants(namespace)) {
          new KernelTable(namespace).delete();
        }
      }
    }
  }

  private static boolean isQdrants(NetworkNamespace namespace) throws Exception {
    return namespace.call(
        () ->
            NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .anyMatch(a -> a.getHostAddress().equals("10.0.2.2")));
  }

  @Test
  void aBreachReachesWhatTheRulesGiveAndNoMore() {
    JsonNode before = json(ExitCode.OK, "attack --from web");
    assertEquals("[\"api\",\"qdrant\"]", before.path("compromised").toString());
    assertTrue(before.path("beyond").size() > 0, before.toString());

    JsonNode both = json(ExitCode.OK, "attack --from web --compare");
    assertEquals("[\"api\",\"qdrant\"]", both.at("/before/compromised").toString());
    assertEquals("[\"api\",\"qdrant\"]", both.at("/after/compromised").toString());
    assertEquals(0, both.at("/after/beyond").size(), both.toString());
    assertEquals("front", both.at("/after/reached/0/rule").asText());
    assertEquals(2, both.at("/after/reached/1/path").size());
    assertEquals(
        before.path("attempts"),
        json(ExitCode.OK, "attack --from web").path("attempts"),
        "left as it was found: nothing is enforced");

    assertTrue(good("lab enforce wider.yaml").out().startsWith("in force"));
    TestingShell.Result wider = run("attack --from web", "ringfence.yaml", "--id", ID);
    assertEquals(ExitCode.FINDINGS, wider.exit(), wider.out());
    assertTrue(wider.out().contains("no rule"), wider.out());
  }
}
