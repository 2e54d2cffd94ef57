package io.ringfence.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.cli.output.ExplanationReport;
import io.ringfence.cli.output.Json;
import io.ringfence.model.Action;
import io.ringfence.model.Endpoint;
import io.ringfence.verifier.Explanation;
import io.ringfence.verifier.reach.Reachability;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code explain}: why a flow or an operation is permitted or denied. */
@Command(
    name = "explain",
    description = "Say why a flow, or an operation through a gateway, is permitted or denied.",
    exitCodeList = {
      "0:permitted, each flow that is meant",
      "1:the blueprint is not valid, or names no such place",
      "3:denied, at least one",
      "64:the command line is wrong"
    },
    footer = {
      "  ringfence explain web qdrant 6334/tcp",
      "  ringfence explain internet web/https",
      "  ringfence explain rag-api qdrant/grpc --via gateway --do query --collection acme-docs"
    })
final class ExplainCommand implements Callable<Integer> {
  private final Shell shell;

  @Parameters(index = "0", paramLabel = "FROM", description = "Who opens it: " + Places.HELP + ".")
  private String from;

  @Parameters(
      index = "1",
      paramLabel = "TO",
      description = "Where to: the same, or a name outside, or WORKLOAD/SERVICE.")
  private String to;

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "PORT",
      description = "6334/tcp, 53/udp, icmp/echo-request; not needed with a service.")
  private Optional<String> port = Optional.empty();

  @Mixin private BlueprintOption blueprint;

  @Mixin private OperationOptions operation;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}")
  private OutputFormat output = OutputFormat.TEXT;

  /** What is asked of a database, when it is more than a flow. */
  static final class OperationOptions {
    @Option(names = "--via", paramLabel = "GATEWAY", description = "Through this gateway.")
    Optional<String> via = Optional.empty();

    @Option(
        names = "--as",
        paramLabel = "ID",
        description = "As this SPIFFE ID; by default the workload's own.")
    Optional<String> as = Optional.empty();

    @Option(
        names = "--tenant",
        paramLabel = "TENANT",
        description = "With a token that makes a member of this tenant.")
    Optional<String> tenant = Optional.empty();

    @Option(
        names = "--do",
        paramLabel = "ACTION",
        description = "${COMPLETION-CANDIDATES}; by default query.",
        completionCandidates = Actions.class)
    Optional<String> action = Optional.empty();

    @Option(names = "--collection", paramLabel = "NAME", description = "On this collection.")
    Optional<String> collection = Optional.empty();

    @Option(
        names = "--with",
        paramLabel = "FACT=VALUE",
        description = "A fact, as device.healthy=true or request.time=2026-01-01T03:00:00Z.")
    Map<String, String> facts = Map.of();

    boolean isGiven() {
      return via.isPresent()
          || as.isPresent()
          || tenant.isPresent()
          || action.isPresent()
          || collection.isPresent()
          || !facts.isEmpty();
    }
  }

  /** The closed list of actions. */
  private static final class Actions extends ArrayList<String> {
    private static final long serialVersionUID = 1L;

    Actions() {
      for (Action action : Action.values()) {
        add(action.text());
      }
    }
  }

  ExplainCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    LoadedBlueprint loaded = new BlueprintSource(shell).load(blueprint.names);
    Subject subject = new Subject(loaded.directory());
    Endpoint source = Places.parse(from, loaded.blueprint());
    Endpoint goal = Places.parse(to, loaded.blueprint());
    Question question = new Question(subject, source, goal, port);
    List<Explanation> answers =
        operation.isGiven() ? List.of(question.ofRequest(operation)) : enforced(subject, question);
    List<String> ways = operation.isGiven() ? List.of() : ways(subject, source, goal, answers);
    switch (output) {
      case TEXT -> print(answers, ways);
      case JSON -> Json.print(shell.out(), json(answers, ways));
    }
    boolean permitted = answers.stream().allMatch(a -> a.verdict().permitted());
    return permitted ? ExitCode.OK : ExitCode.FINDINGS;
  }

  private static List<Explanation> enforced(Subject subject, Question question) {
    Enforcement enforcement = new Enforcement(subject.projection());
    return question.ofFlows().stream().map(enforcement::of).toList();
  }

  /** The ways by a gateway, where the direct one is denied. */
  private static List<String> ways(
      Subject subject, Endpoint from, Endpoint to, List<Explanation> answers) {
    if (answers.stream().allMatch(a -> a.verdict().permitted())) {
      return List.of();
    }
    return new Reachability(subject)
        .between(from.place(), to.place()).through().stream()
            .map(
                w ->
                    "rule `%s` goes through gateway `%s`: %s, then %s"
                        .formatted(
                            w.rule(), w.gateway(), subject.text(w.entry()), subject.text(w.exit())))
            .toList();
  }

  private void print(List<Explanation> answers, List<String> ways) {
    ExplanationReport report = new ExplanationReport(shell.out());
    if (answers.size() > 1) {
      shell.out().line("Some of these flows are permitted and some are not; one of each:");
      shell.out().line();
    }
    for (Explanation answer : answers) {
      report.print(answer);
      shell.out().line();
    }
    if (!ways.isEmpty()) {
      ways.forEach(w -> shell.out().prose("  ", "    ", w));
      shell.out().line("  Ask about an operation on that way with --via GATEWAY.");
    }
  }

  private static ObjectNode json(List<Explanation> answers, List<String> ways) {
    long permitted = answers.stream().filter(a -> a.verdict().permitted()).count();
    String which = permitted == 0 ? "none" : permitted == answers.size() ? "all" : "some";
    ObjectNode out = Json.object().put("permitted", which);
    ArrayNode list = out.putArray("explanations");
    answers.forEach(a -> list.add(ExplanationReport.json(a)));
    out.set("through", Json.strings(ways));
    return out;
  }
}
