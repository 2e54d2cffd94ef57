package io.ringfence.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.ringfence.agent.Generation;
import io.ringfence.agent.GenerationStore;
import io.ringfence.decision.Authorizer;
import io.ringfence.model.Address;
import io.ringfence.model.Flow;
import io.ringfence.model.Protocol;
import io.ringfence.verifier.rollout.Rollout;
import io.ringfence.verifier.subject.Subject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code plan} keeps the quorum of clusters, or says why it cannot. */
class RolloutCommandsTest {
  private static final String THREE = "10.0.2.1, 10.0.2.2, 10.0.2.3";
  private static final String PEERS =
      "  - { name: peers, from: db, to: db/peer, encryption: tls }\n";
  private static final String ON_6335 = "";
  private static final String ON_7335 = ", services: { peer: 7335/tcp }";

  @TempDir private Path directory;

  private static String blueprint(String addresses, String services, String rest) {
    return """
    ringfence: v1
    segments:
      data: { tier: database, networks: [10.0.2.0/24] }
      app: { tier: application, networks: [10.0.1.0/24] }
    workloads:
      db: { segment: data, addresses: [%s], engine: qdrant%s }
      web: { segment: app, addresses: [10.0.1.1] }
    access:
      - { name: ask, from: web, to: db/rest }
    %s\
    """
        .formatted(addresses, services, rest);
  }

  private TestingShell after(String before, String now) {
    GenerationStore store = new GenerationStore(directory.resolve("state"));
    store.save(
        new Generation(1, TestingShell.NOW, "host web", "{}", Map.of("ringfence.yaml", before)));
    store.setState(GenerationStore.State.NOTHING.inForce(OptionalInt.of(1)));
    return new TestingShell(directory).file("ringfence.yaml", now);
  }

  private TestingShell.Result plan(TestingShell shell, String... more) {
    List<String> args = new ArrayList<>(List.of("plan", "--state", "state"));
    args.addAll(List.of(more));
    return shell.run(args.toArray(String[]::new));
  }

  @Test
  void aRuleThatLeavesThePeersAloneNeedsNoSteps() {
    String now = blueprint(THREE, ON_6335, PEERS + "  - { name: more, from: web, to: db/grpc }\n");
    TestingShell.Result plan = plan(after(blueprint(THREE, ON_6335, PEERS), now), "-o", "json");
    assertEquals(2, plan.exit(), plan.err());
    assertEquals("any-order", TestingText.json(plan.out()).at("/rollout/outcome").asText());
  }

  @Test
  void aGenerationWithoutThePeersRuleIsRefused() {
    TestingShell shell = after(blueprint(THREE, ON_6335, PEERS), blueprint(THREE, ON_6335, ""));
    TestingShell.Result plan = plan(shell);
    assertEquals(1, plan.exit(), plan.out());
    assertTrue(plan.out().contains("no safe rollout"), plan.out());
    String words = plan.out().replaceAll("\\s+", " ");
    assertTrue(
        words.contains(
            "the qdrant cluster of db falls below quorum once the new generation is everywhere: by"
                + " the new membership 2 of 3 members must reach each other at 6335/tcp"),
        words);
    assertTrue(words.contains("stopped then: db (10.0.2.1) -> db (10.0.2.2) 6335/tcp"), words);
    assertTrue(words.contains("permitted before by `peers` at ringfence.yaml:10:5"), words);
    assertEquals(2, plan(shell, "--force").exit());
    JsonNode json = TestingText.json(plan(shell, "-o", "json").out()).at("/rollout");
    assertEquals("refused", json.at("/outcome").asText());
    assertEquals(10, json.at("/losses/0/rule/at/line").asInt());
    assertEquals(6335, json.at("/losses/0/witness/port").asInt());
  }

  @Test
  void peersThatMoveToAnotherPortGoInTwoStepsThatCanBeApplied() throws Exception {
    String before = blueprint(THREE, ON_6335, PEERS);
    String now = blueprint(THREE, ON_7335, PEERS);
    TestingShell shell = after(before, now);
    TestingShell.Result plan = plan(shell, "--out", "rollout");
    assertEquals(2, plan.exit(), plan.err());
    assertTrue(plan.out().contains("in two steps"), plan.out());
    assertTrue(plan.out().contains("have the qdrant cluster of db run with"), plan.out());
    assertEquals(now, Files.readString(directory.resolve("rollout/step-2/ringfence.yaml")));

    TestingShell.Result first = plan(shell, "rollout/step-1", "-o", "json");
    assertEquals(2, first.exit(), first.err());
    JsonNode json = TestingText.json(first.out());
    assertEquals("any-order", json.at("/rollout/outcome").asText());
    assertEquals(0, json.at("/closed").size(), first.out());
    assertEquals(0, shell.run("verify", "rollout/step-1").exit());

    TestingShell next =
        after(Files.readString(directory.resolve("rollout/step-2/ringfence.yaml")), now);
    GenerationStore store = new GenerationStore(directory.resolve("state"));
    Map<String, String> step =
        Map.of(
            "ringfence.yaml",
            now,
            RolloutFolder.KEPT,
            Files.readString(directory.resolve("rollout/step-1/" + RolloutFolder.KEPT)));
    store.save(new Generation(2, TestingShell.NOW, "host web", "{}", step));
    store.setState(GenerationStore.State.NOTHING.inForce(OptionalInt.of(2)));
    JsonNode second = TestingText.json(plan(next, "rollout/step-2", "-o", "json").out());
    assertEquals("any-order", second.at("/rollout/outcome").asText());
    assertEquals(0, second.at("/opened").size());
  }

  @Test
  void aFolderWithSomethingInItIsNotMixedWithTheSteps() {
    String before = blueprint(THREE, ON_6335, PEERS);
    TestingShell shell = after(before, blueprint(THREE, ON_7335, PEERS));
    shell.file("rollout/step-1/old.yaml", "ringfence: v1\n");
    TestingShell.Result plan = plan(shell, "--out", "rollout");
    assertEquals(1, plan.exit());
    assertTrue(plan.err().contains("`rollout` is not empty"), plan.err());
  }

  @Test
  void aStepThatAGuardrailForbidsIsRefused() {
    String before = blueprint(THREE, ON_6335, PEERS);
    String never =
        "  - { name: no-6335, never: { from: db, to: { workload: db, ports: 6335/tcp } } }\n";
    String now = blueprint(THREE, ON_7335, PEERS + "guardrails:\n" + never);
    TestingShell.Result plan = plan(after(before, now));
    assertEquals(1, plan.exit(), plan.out());
    assertTrue(
        plan.out()
            .replaceAll("\\s+", " ")
            .contains(
                "step 1 would go against the new blueprint's `no-6335` at ringfence.yaml:12:5"),
        plan.out());

    String was = blueprint(THREE, ON_6335, PEERS + "guardrails:\n" + never.replace("6335", "7335"));
    TestingShell.Result other = plan(after(was, blueprint(THREE, ON_7335, PEERS)));
    assertEquals(1, other.exit(), other.out());
    assertTrue(
        other
            .out()
            .replaceAll("\\s+", " ")
            .contains("the old blueprint's guardrail `no-7335` at ringfence.yaml:12:5"),
        other.out());
  }

  @Test
  void membersAreCountedByTheOldAndByTheNewBlueprint() {
    String three = blueprint(THREE, ON_6335, PEERS);
    String five = blueprint(THREE + ", 10.0.2.4, 10.0.2.5", ON_6335, PEERS);
    String one = blueprint("10.0.2.1", ON_6335, "");
    assertInstanceOf(Rollout.AnyOrder.class, rollout(three, five));
    assertInstanceOf(Rollout.AnyOrder.class, rollout(five, three));
    Rollout.Refused refused = assertInstanceOf(Rollout.Refused.class, rollout(three, one));
    assertTrue(refused.losses().getFirst().text().contains("by the old membership 2 of 3"));
    assertTrue(refused.reasons().getFirst().contains("db (10.0.2.2), db (10.0.2.3) would leave"));
  }

  @Test
  void serversThatNeverTalkToEachOtherAreNoCluster() {
    String apart = blueprint(THREE, ON_6335, "");
    assertInstanceOf(Rollout.AnyOrder.class, rollout(apart, apart));
    assertInstanceOf(Rollout.AnyOrder.class, Rollout.of(Optional.empty(), subject(apart)));
  }

  @Test
  void etcdHasAQuorumAndMilvusOwnNodesHaveNone() {
    String etcd =
        blueprint(THREE, ON_6335, PEERS).replace("qdrant", "etcd").replace("/rest", "/client");
    assertInstanceOf(Rollout.Refused.class, rollout(etcd, etcd.replace(PEERS, "")));
    String milvus =
        blueprint(THREE, ON_6335, PEERS).replace("qdrant", "milvus").replace("/rest", "/grpc");
    assertInstanceOf(Rollout.AnyOrder.class, rollout(milvus, milvus.replace(PEERS, "")));
  }

  private static Rollout rollout(String before, String after) {
    return Rollout.of(Optional.of(subject(before)), subject(after));
  }

  private static Subject subject(String text) {
    return new Subject(BlueprintSource.ofTexts(Map.of("ringfence.yaml", text)).directory());
  }

  /** Machines that enforce either generation, asked flow by flow: every state of every case. */
  @Test
  void theAnswerIsThatOfEveryMachineAskedInEveryState() {
    Random random = new Random(5);
    int unsafe = 0;
    int safeThoughChanging = 0;
    for (int i = 0; i < 150; i++) {
      String before = mesh(random);
      String after = mesh(random);
      boolean breaks = breaks(before, after);
      Rollout rollout = rollout(before, after);
      assertEquals(breaks, !(rollout instanceof Rollout.AnyOrder), before + "\n" + after + rollout);
      unsafe += breaks ? 1 : 0;
      safeThoughChanging += !breaks && !before.equals(after) ? 1 : 0;
    }
    assertTrue(unsafe > 20 && safeThoughChanging > 10, unsafe + ", " + safeThoughChanging);
  }

  private static final int NODES = 4;

  /** Single nodes in two segments, with some of the links between them. */
  private static String mesh(Random random) {
    StringBuilder out =
        new StringBuilder(
            """
            ringfence: v1
            segments:
              s0: { tier: database, networks: [10.0.0.0/24] }
              s1: { tier: database, networks: [10.0.1.0/24] }
            workloads:
            """);
    for (int n = 0; n < NODES; n++) {
      out.append(
          "  n%d: { segment: s%d, addresses: [%s], engine: qdrant }\n"
              .formatted(n, n % 2, address(n)));
    }
    out.append("access:\n  - { name: base, from: n0, to: n1/rest }\n");
    for (int a = 0; a < NODES; a++) {
      for (int b = 0; b < NODES; b++) {
        if (a != b && random.nextInt(10) < 9) {
          out.append("  - { name: p%d%d, from: n%d, to: n%d/peer }\n".formatted(a, b, a, b));
        }
      }
    }
    return out.toString();
  }

  private static Address address(int node) {
    return Address.parse("10.0." + node % 2 + "." + (node + 1));
  }

  /** The machines are the nodes' hosts, 0 to 3, and the segments' routers, 4 and 5. */
  private static boolean breaks(String before, String after) {
    Authorizer old = subject(before).authorizer();
    Authorizer is = subject(after).authorizer();
    boolean heldBefore = holds(old, is, 0);
    boolean any = false;
    for (int state = 0; state < 1 << (NODES + 2); state++) {
      any |= !holds(old, is, state);
    }
    boolean inTheEnd = !holds(old, is, (1 << (NODES + 2)) - 1);
    return inTheEnd || (heldBefore && any);
  }

  private static boolean holds(Authorizer old, Authorizer is, int state) {
    for (int group = 0; group < 1 << NODES; group++) {
      boolean all = Integer.bitCount(group) == NODES / 2 + 1;
      for (int a = 0; a < NODES && all; a++) {
        for (int b = 0; b < NODES && all; b++) {
          boolean asked = a != b && (group >> a & 1) == 1 && (group >> b & 1) == 1;
          all = !asked || passes(old, is, state, a, b);
        }
      }
      if (all) {
        return true;
      }
    }
    return false;
  }

  private static boolean passes(Authorizer old, Authorizer is, int state, int a, int b) {
    Flow flow = new Flow(address(a), address(b), Protocol.TCP, 6335);
    List<Integer> way = new ArrayList<>(List.of(a, b));
    if (a % 2 != b % 2) {
      way.addAll(List.of(NODES, NODES + 1));
    }
    return way.stream().allMatch(m -> ((state >> m & 1) == 1 ? is : old).decide(flow).permitted());
  }

  @Test
  void helpSaysWhatRefusingEndsWith() {
    String help = new TestingShell(directory).run("plan", "--help").out();
    assertTrue(help.contains("quorum"), help);
    assertFalse(help.isEmpty());
  }
}
