package io.ringfence.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** {@code explain}, {@code blast-radius} and {@code graph}, asked about the example. */
class QuestionCommandsTest {
  @TempDir private Path directory;

  private TestingShell shell() {
    return new TestingShell(directory).file("ringfence.yaml", TestingText.ragPlatform());
  }

  private static final int PERMIT = 0;
  private static final int DENY = 3;

  @TestFactory
  Stream<DynamicTest> verdicts() {
    return Stream.of(
        verdict(PERMIT, "by `front` at ringfence.yaml:", "web rag-api 8080/tcp"),
        verdict(PERMIT, "by `front`", "web rag-api 8080"),
        verdict(PERMIT, "by `public`", "internet web 443/tcp"),
        verdict(PERMIT, "by `public`", "2001:db8::1 web 443/tcp"),
        verdict(PERMIT, "by `peers`", "qdrant qdrant/peer"),
        verdict(PERMIT, "by `backups`", "qdrant s3.eu-central-1.amazonaws.com 443/tcp"),
        verdict(PERMIT, "by `management`", "bastion select:team=search 22/tcp"),
        verdict(DENY, "by `no-bypass` at ringfence.yaml:", "web qdrant 6334/tcp"),
        verdict(DENY, "by `no-public-database`", "internet qdrant 9999/udp"),
        verdict(DENY, "no rule permits it: default-deny/edge", "internet web 80/tcp"),
        verdict(DENY, "no workload claims it", "10.20.1.99 web 443/tcp"),
        verdict(DENY, "Some of these flows are permitted", "edge app 8080/tcp"),
        verdict(DENY, "rule `search` goes through gateway `gateway`", "rag-api qdrant 6334/tcp"),
        verdict(
            PERMIT,
            "by `search`",
            "rag-api qdrant/grpc --via gateway --do query --collection acme-docs"),
        verdict(DENY, "default-deny", "rag-api qdrant/grpc --do query --collection other"),
        verdict(
            DENY,
            "role `reader` does not delete",
            "rag-api qdrant/grpc --do delete --collection acme-docs"),
        verdict(
            PERMIT,
            "by `lookup`",
            "globex-api qdrant/rest --tenant globex --collection shared-docs"),
        verdict(
            DENY, "default-deny", "globex-api qdrant/rest --tenant globex --collection acme-docs"),
        verdict(
            DENY,
            "fact `request.time` is absent",
            "etl qdrant/grpc --do insert --collection acme-docs --with device.healthy=true"),
        verdict(
            PERMIT,
            "by `ingest`",
            "etl qdrant/grpc --do insert --collection acme-docs --with device.healthy=true --with"
                + " request.time=2026-01-01T03:00:00Z"));
  }

  private DynamicTest verdict(int exit, String says, String question) {
    return DynamicTest.dynamicTest(
        question,
        () -> {
          List<String> args = new ArrayList<>(List.of("explain"));
          args.addAll(List.of(question.split(" ")));
          TestingShell.Result result = shell().run(args.toArray(String[]::new));
          assertEquals(exit, result.exit(), result.out() + result.err());
          assertTrue(result.out().contains(says), result.out());
          assertTrue(result.out().contains(exit == PERMIT ? "PERMIT  " : "DENY  "), result.out());
        });
  }

  @TestFactory
  Stream<DynamicTest> whatCannotBeAnswered() {
    return Stream.of(
        unanswered("undeclared workload or segment `wob`", "explain", "wob", "web", "443/tcp"),
        unanswered(
            "which port? Write 6334/tcp, or name a service: qdrant/grpc",
            "explain",
            "web",
            "qdrant"),
        unanswered("`443/xyz` names no protocol", "explain", "internet", "web", "443/xyz"),
        unanswered(
            "no gateway `door`; gateways are gateway",
            "explain",
            "web",
            "qdrant/grpc",
            "--via",
            "door"),
        unanswered(
            "no action `read`; actions are query, insert",
            "explain",
            "web",
            "qdrant/grpc",
            "--do",
            "read"),
        unanswered(
            "no fact `weather`; facts are request.time",
            "explain",
            "web",
            "qdrant/grpc",
            "--with",
            "weather=fine"),
        unanswered(
            "is a time in UTC such as",
            "explain",
            "web",
            "qdrant/grpc",
            "--with",
            "request.time=noon"),
        unanswered("no rule names `example.org`", "explain", "web", "example.org", "443/tcp"),
        unanswered("undeclared workload or segment `wob`", "blast-radius", "wob"));
  }

  private DynamicTest unanswered(String says, String... args) {
    return DynamicTest.dynamicTest(
        String.join(" ", args),
        () -> {
          TestingShell.Result result = shell().run(args);
          assertEquals(1, result.exit(), result.out());
          assertTrue(result.err().startsWith("error: "), result.err());
          assertTrue(result.err().contains(says), result.err());
          assertEquals(1, result.err().lines().count(), result.err());
        });
  }

  @Test
  void explanationAsJson() {
    JsonNode json =
        TestingText.json(shell().run("explain", "web", "qdrant", "6334/tcp", "-o", "json").out());
    assertEquals("none", json.get("permitted").asText());
    JsonNode one = json.at("/explanations/0");
    assertEquals("deny", one.get("verdict").asText());
    assertEquals("no-bypass", one.get("decider").asText());
    assertEquals(13, one.get("rules").size());
  }

  @Test
  void blastRadiusNamesHopsAndWhatGatewaysGrant() {
    TestingShell.Result result = shell().run("blast-radius", "web");
    assertEquals(0, result.exit());
    assertTrue(
        result
            .out()
            .startsWith(
                "web compromised: 1 of 9 workloads fall, 0 destinations outside, 1 gateway asked"),
        result.out());
    assertTrue(result.out().contains("hop 1  web   ->  rag-api  8080/tcp  front"), result.out());
    assertTrue(result.out().contains("query on acme-*"), result.out());
    JsonNode json = TestingText.json(shell().run("blast-radius", "qdrant", "-o", "json").out());
    assertEquals("dns", json.at("/hops/0/to").asText());
    assertEquals("backups", json.at("/destinations/0/rule").asText());
  }

  @Test
  void graphIsATableUnlessAskedOtherwise() {
    TestingShell.Result table = shell().run("graph");
    assertTrue(table.out().startsWith("FROM "), table.out());
    assertTrue(table.out().contains("8080/tcp"), table.out());
    assertTrue(shell().run("graph", "-o", "dot").out().startsWith("digraph"));
    assertTrue(shell().run("graph", "-o", "mermaid").out().contains("flowchart"));
    assertTrue(shell().run("graph", "-o", "svg").out().contains("<svg"));
    assertTrue(shell().run("graph", "-o", "md").out().startsWith("| from"));
    assertTrue(
        shell()
            .run("graph", "-o", "csv")
            .out()
            .contains("\ndns,192.0.2.53/32,\"53/tcp, 53/udp\",upstream-dns,egress,false,"));
    JsonNode json = TestingText.json(shell().run("graph", "-o", "json").out());
    assertTrue(json.get("nodes").size() > 9);
  }

  @Test
  void graphFollowsTheNameOfItsFile() {
    TestingShell shell = shell();
    shell.run("graph", "--out", "a.svg");
    shell.run("graph", "--out", "a.dot");
    shell.run("graph", "--out", "a.mmd");
    shell.run("graph", "--out", "a.json");
    assertTrue(shell.text("a.svg").contains("<svg"));
    assertTrue(shell.text("a.dot").startsWith("digraph"));
    assertTrue(shell.text("a.mmd").contains("flowchart"));
    TestingText.json(shell.text("a.json"));
  }

  @Test
  void explainNamesTheBlueprintsLineAndEachMachinesRule() {
    TestingShell shell = new TestingShell(directory).file("ringfence.yaml", TestingText.SMALL);
    TestingShell.Result permit = shell.run("explain", "api", "qdrant", "6334/tcp");
    String words = permit.out().replaceAll("\\s+", " ");
    assertTrue(words.contains("by `search` at ringfence.yaml:13:5"), words);
    for (String machine :
        List.of(
            "host api@10.0.1.2, output passes it by chain `permitted4` rule",
            "router app, forward passes it by chain `across4` rule",
            "router db, forward passes it by",
            "host qdrant@10.0.2.2, input passes it by")) {
      assertTrue(words.contains(machine), words);
    }
    assertTrue(
        words.contains("`permitted4/ports`: goto rule/search; chain `rule/search` rule 1: accept"),
        words);

    JsonNode json =
        TestingText.json(shell.run("explain", "web", "qdrant", "6334/tcp", "-o", "json").out());
    JsonNode machines = json.at("/explanations/0/enforced");
    assertEquals(4, machines.size());
    machines.forEach(m -> assertTrue(!m.at("/passes").asBoolean(), m.toString()));
    assertTrue(
        machines.get(0).at("/rules").toString().contains("guardrail/no-shortcut"), json.toString());
  }

  @Test
  void aFindingNamesTheBlueprintsLineAndEachMachinesRule() {
    TestingShell shell = new TestingShell(directory).file("ringfence.yaml", TestingText.BROKEN);
    String words = shell.run("verify").out().replaceAll("\\s+", " ");
    assertTrue(words.contains("ringfence.yaml:15:5: error:"), words);
    assertTrue(
        words.contains("there host qdrant@10.0.2.2, input stops it by")
            || words.contains("there host qdrant@10.0.2.2, input passes it by"),
        words);
    JsonNode json = TestingText.json(shell.run("verify", "-o", "json").out());
    JsonNode enforced = json.at("/findings/0/enforced");
    assertEquals(4, enforced.size(), json.toString());
    assertEquals("host web@10.0.0.2, output", enforced.get(0).at("/machine").asText());
    JsonNode sarif = TestingText.json(shell.run("verify", "-o", "sarif").out());
    assertEquals(4, sarif.at("/runs/0/results/0/properties/enforced").size());
  }
}
