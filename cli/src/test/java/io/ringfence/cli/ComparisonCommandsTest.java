package io.ringfence.cli;

import static io.ringfence.cli.TestingText.SMALL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.ringfence.agent.Generation;
import io.ringfence.agent.GenerationStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code render}, {@code check}, {@code diff} and {@code plan}. */
class ComparisonCommandsTest {
  private static final String NARROW = SMALL.replace("8080/tcp", "8081/tcp");

  @TempDir private Path directory;

  private TestingShell shell() {
    return new TestingShell(directory).file("ringfence.yaml", SMALL).file("narrow.yaml", NARROW);
  }

  @Test
  void rulesetsArePrintedForAHostAndARouter() {
    TestingShell.Result host = shell().run("render", "--host", "qdrant");
    assertEquals(0, host.exit(), host.err());
    assertTrue(host.out().startsWith("table inet ringfence\ndelete table inet ringfence\n"));
    assertTrue(host.out().contains("10.0.2.2"), host.out());
    assertEquals(host.out(), shell().run("render", "--host", "10.0.2.2").out());
    assertEquals(host.out(), shell().run("render", "--host", "qdrant@10.0.2.2").out());
    assertTrue(shell().run("render", "--router", "db").out().contains("hook forward"));
    TestingText.json(shell().run("render", "--host", "qdrant", "-o", "json").out());
  }

  @Test
  void residueNamesWhoEnforcesItInstead() {
    TestingShell shell = new TestingShell(directory).file("rag.yaml", TestingText.ragPlatform());
    String err = shell.run("render", "--host", "10.20.2.11", "rag.yaml").err();
    assertTrue(err.contains("`search`: role `reader` is enforced by gateway `gateway`"), err);
  }

  @Test
  void allRulesetsGoToAFolder() throws Exception {
    assertEquals(0, shell().run("render", "--all", "--out", "rules").exit());
    try (var files = Files.list(directory.resolve("rules"))) {
      assertEquals(
          "host-api@10.0.1.2.nft host-qdrant@10.0.2.2.nft host-web@10.0.0.2.nft router-app.nft"
              + " router-db.nft router-edge.nft",
          String.join(" ", files.map(f -> f.getFileName().toString()).sorted().toList()));
    }
  }

  @Test
  void unknownMachinesAreSaid() {
    assertEquals(
        "error: no host `db`; hosts are `web@10.0.0.2`, `api@10.0.1.2`, `qdrant@10.0.2.2`\n",
        shell().run("render", "--host", "db").err());
    assertEquals(
        "error: no router `web`; routers are `edge`, `app`, `db`\n",
        shell().run("render", "--router", "web").err());
    assertEquals(
        "error: name the machine: --host HOST or --router ROUTER\n", shell().run("render").err());
  }

  @Test
  void ownRulesetIsFaithfulAndAnothersIsNot() {
    TestingShell shell = shell();
    shell.run("render", "--host", "api", "-o", "json", "--out", "api.json");
    TestingShell.Result same = shell.run("check", "api.json", "--host", "api");
    assertEquals(0, same.exit(), same.out() + same.err());
    assertTrue(same.out().startsWith("faithful  host api@10.0.1.2"));
    TestingShell.Result other =
        shell.run("check", "api.json", "--host", "api", "-f", "narrow.yaml");
    assertEquals(3, other.exit());
    assertTrue(
        other.out().contains("excess  web (10.0.0.2) -> api (10.0.1.2) 8080/tcp"), other.out());
    assertTrue(
        other.out().contains("missing  web (10.0.0.2) -> api (10.0.1.2) 8081/tcp"), other.out());
    JsonNode json =
        TestingText.json(
            shell
                .run("check", "api.json", "--host", "api", "-f", "narrow.yaml", "-o", "json")
                .out());
    assertFalse(json.get("faithful").asBoolean());
    assertEquals("excess", json.at("/differences/0/kind").asText());
  }

  @Test
  void whatIsNoRulesetIsNotUnderstood() {
    TestingShell shell =
        shell()
            .file("text.txt", "inet ringfence")
            .file("cut.json", "{\"nftables\": [")
            .file("foreign.json", "{\"nftables\": [{\"rule\": {\"table\": \"ringfence\"}}]}");
    assertTrue(
        shell
            .run("check", "text.txt", "--host", "api")
            .err()
            .contains("`text.txt` is no ruleset;"));
    assertTrue(
        shell.run("check", "cut.json", "--host", "api").err().contains("`cut.json` is no JSON"));
    assertEquals(1, shell.run("check", "foreign.json", "--host", "api").exit());
  }

  @Test
  void blueprintsThatPermitTheSameAreFaithful() {
    TestingShell shell = shell().file("named.yaml", SMALL.replace("name: front", "name: entry"));
    assertEquals(0, shell.run("check", "ringfence.yaml", "named.yaml").exit());
    assertEquals(3, shell.run("check", "ringfence.yaml", "narrow.yaml").exit());
  }

  @Test
  void differencesHaveWitnesses() {
    TestingShell.Result result = shell().run("diff", "ringfence.yaml", "narrow.yaml");
    assertEquals(1, result.exit());
    assertEquals(
        """
        Rules
          ~ front
        Flows opened, for instance
          + front           web (10.0.0.2) -> api (10.0.1.2) 8081/tcp
        Flows closed, for instance
          - front           web (10.0.0.2) -> api (10.0.1.2) 8080/tcp
        """,
        result.out());
    assertEquals(0, shell().run("diff", "ringfence.yaml", "ringfence.yaml").exit());
    assertEquals(2, shell().run("diff", "ringfence.yaml", "absent.yaml").exit());
    JsonNode json =
        TestingText.json(shell().run("diff", "-o", "json", "ringfence.yaml", "narrow.yaml").out());
    assertEquals(8081, json.at("/opened/0/witness/port").asInt());
  }

  @Test
  void rulesetIsComparedWithABlueprint() {
    TestingShell shell = shell();
    shell.run("render", "--host", "api", "-o", "json", "--out", "api.json");
    TestingShell.Result result = shell.run("diff", "narrow.yaml", "api.json", "--host", "api");
    assertEquals(1, result.exit());
    assertEquals(
        """
        + web (10.0.0.2) -> api (10.0.1.2) 8080/tcp
        - web (10.0.0.2) -> api (10.0.1.2) 8081/tcp
        """,
        result.out());
    assertEquals(0, shell.run("diff", "ringfence.yaml", "api.json", "--host", "api").exit());
  }

  @Test
  void rulesetIsTheFirstOrTheOnlyNamedSideToo() {
    TestingShell shell = shell();
    shell.run("render", "--host", "api", "-o", "json", "--out", "api.json");
    TestingShell.Result result = shell.run("diff", "api.json", "narrow.yaml");
    assertEquals(1, result.exit(), result.err());
    assertEquals(
        """
        - web (10.0.0.2) -> api (10.0.1.2) 8080/tcp
        + web (10.0.0.2) -> api (10.0.1.2) 8081/tcp
        """,
        result.out());
    shell.run("render", "--router", "app", "-o", "json", "--out", "router.json");
    TestingShell.Result unknown = shell.run("diff", "router.json", "narrow.yaml");
    assertEquals(2, unknown.exit());
    assertTrue(unknown.err().contains("--host HOST or --router ROUTER"), unknown.err());
  }

  @Test
  void twoRulesetsAreComparedWithTheRulesThatDecide() {
    TestingShell shell = shell();
    shell.run("render", "--host", "api", "-o", "json", "--out", "a.json");
    shell.run("render", "--host", "api", "-o", "json", "--out", "b.json", "narrow.yaml");
    assertEquals(0, shell.run("diff", "a.json", "a.json").exit());
    TestingShell.Result result = shell.run("diff", "a.json", "b.json");
    assertEquals(1, result.exit(), result.err());
    assertTrue(
        result.out().contains("+ 10.0.0.2 -> 10.0.1.2 8081/tcp  input by `other`"), result.out());
    assertTrue(result.out().contains("after: chain `rule/front` rule 1: accept"), result.out());
    JsonNode json = TestingText.json(shell.run("diff", "a.json", "b.json", "-o", "json").out());
    assertEquals(8081, json.at("/opened/0/witness/port").asInt());
    assertEquals(8080, json.at("/closed/0/witness/port").asInt());
    shell.file("odd.json", "{\"nftables\": []}");
    assertEquals(2, shell.run("diff", "a.json", "odd.json").exit());
  }

  private static final String SAVED =
      "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n"
          + "-A INPUT -p tcp -m tcp --dport %s -j ACCEPT\nCOMMIT\n";

  @Test
  void rulesetsOfOthersAreComparedToo() {
    TestingShell shell = shell();
    shell.file("a.v4", SAVED.formatted("22")).file("b.v4", SAVED.formatted("80"));
    assertEquals(0, shell.run("diff", "a.v4", "a.v4").exit());
    TestingShell.Result result = shell.run("diff", "a.v4", "b.v4");
    assertEquals(1, result.exit(), result.err());
    assertTrue(result.out().contains("+ 192.0.2.1 -> 198.51.100.1 80/tcp"), result.out());
    assertTrue(result.out().contains("- 192.0.2.1 -> 198.51.100.1 22/tcp"), result.out());
    assertTrue(result.out().contains("before: a.v4:5: accept"), result.out());
    JsonNode json = TestingText.json(shell.run("diff", "a.v4", "b.v4", "-o", "json").out());
    assertTrue(json.at("/opened/0/certain").asBoolean());
  }

  @Test
  void changeThatHangsOnWhatIsNotUnderstoodSaysSo() {
    TestingShell shell = shell();
    String limited = SAVED.formatted("22 -m limit --limit 1/sec");
    TestingShell.Result result =
        shell.file("a.v4", SAVED.formatted("22")).file("b.v4", limited).run("diff", "a.v4", "b.v4");
    assertEquals(1, result.exit(), result.err());
    assertTrue(result.out().contains("perhaps"), result.out());
    assertTrue(result.out().contains("b.v4:5: not understood"), result.out());
  }

  @Test
  void blueprintAndRulesetOfOthersNeedAMachine() {
    TestingShell shell = shell().file("a.v4", SAVED.formatted("8080"));
    TestingShell.Result result = shell.run("diff", "ringfence.yaml", "a.v4", "--host", "api");
    assertEquals(1, result.exit(), result.err());
    assertTrue(result.out().startsWith("+ "), result.out());
    TestingShell.Result back = shell.run("diff", "a.v4", "ringfence.yaml", "--host", "api");
    assertTrue(back.out().startsWith("- "), back.out());
    TestingShell.Result unknown = shell.run("diff", "ringfence.yaml", "a.v4");
    assertEquals(2, unknown.exit());
    assertTrue(unknown.err().contains("--host HOST or --router ROUTER"), unknown.err());
  }

  @Test
  void nftsOwnTextIsReadAsNftReadsIt() throws Exception {
    Process can =
        new ProcessBuilder("unshare", "--map-root-user", "--net", "nft", "list", "ruleset").start();
    org.junit.jupiter.api.Assumptions.assumeTrue(
        can.waitFor() == 0, "needs nft and network namespaces");
    TestingShell shell = shell();
    shell.run("render", "--host", "api", "--out", "a.nft");
    shell.run("render", "--host", "api", "-o", "json", "--out", "a.json");
    TestingShell.Result same = shell.run("diff", "a.nft", "a.json");
    assertEquals(0, same.exit(), same.out() + same.err());
    assertEquals(1, shell.run("diff", "a.nft", "narrow.yaml").exit());
    TestingShell.Result bad =
        shell.file("bad.nft", "table inet x { nonsense }\n").run("diff", "bad.nft", "a.json");
    assertEquals(2, bad.exit());
    assertTrue(bad.err().contains("`bad.nft` cannot be read by nft"), bad.err());
  }

  @Test
  void planWithoutAGenerationSaysWhatWouldPass() {
    TestingShell.Result result = shell().run("plan", "--state", "state");
    assertEquals(2, result.exit());
    assertTrue(result.out().startsWith("Nothing is in force here yet"), result.out());
    assertTrue(result.out().contains("+ front "), result.out());
  }

  @Test
  void planComparesWithTheLastConfirmedGeneration() {
    confirm(1, SMALL);
    TestingShell shell = shell();
    TestingShell.Result same = shell.run("plan", "--state", "state");
    assertEquals("same  generation 1 is this blueprint\n", same.out());
    assertEquals(0, same.exit());
    TestingShell.Result changed = shell.run("plan", "--state", "state", "narrow.yaml");
    assertEquals(2, changed.exit());
    assertTrue(changed.out().startsWith("Against generation 1, the last confirmed:"));
    assertTrue(changed.out().contains("Flows opened, for instance\n  + front"), changed.out());
    JsonNode json =
        TestingText.json(shell.run("plan", "--state", "state", "narrow.yaml", "-o", "json").out());
    assertTrue(json.get("changes").asBoolean());
    assertEquals(1, json.get("generation").asInt());
    assertEquals(1, shell.run("plan", "--state", "state", "absent.yaml").exit());
  }

  @Test
  void changedBlastRadiusIsPlanned() {
    confirm(1, SMALL);
    String shut = SMALL.replaceFirst("(?m)^.*name: front.*\n", "");
    String out = shell().file("shut.yaml", shut).run("plan", "--state", "state", "shut.yaml").out();
    assertTrue(out.contains("web             - no longer api; qdrant"), out);
  }

  private void confirm(int number, String text) {
    GenerationStore store = new GenerationStore(directory.resolve("state"));
    store.save(
        new Generation(
            number, TestingShell.NOW, "host api@10.0.1.2", "{}", Map.of("ringfence.yaml", text)));
    store.setState(GenerationStore.State.NOTHING.inForce(OptionalInt.of(number)));
  }
}
