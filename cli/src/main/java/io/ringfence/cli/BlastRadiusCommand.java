package io.ringfence.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.cli.output.Counted;
import io.ringfence.cli.output.Json;
import io.ringfence.cli.terminal.Screen;
import io.ringfence.cli.terminal.Style;
import io.ringfence.cli.terminal.Table;
import io.ringfence.verifier.operations.Grant;
import io.ringfence.verifier.reach.BlastRadius;
import io.ringfence.verifier.reach.CompromiseSpread;
import io.ringfence.verifier.subject.Subject;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code blast-radius}: what falls once something is compromised. */
@Command(
    name = "blast-radius",
    description = "Say what falls once something is compromised, hop after hop.",
    exitCodeList = {
      "0:said",
      "1:the blueprint is not valid, or names no such place",
      "64:the command line is wrong"
    },
    footer = {
      "  ringfence blast-radius web",
      "  ringfence blast-radius select:team=search -o json"
    })
final class BlastRadiusCommand implements Callable<Integer> {
  private final Shell shell;

  @Parameters(paramLabel = "START", description = "What is compromised: " + Places.HELP + ".")
  private String start;

  @Mixin private BlueprintOption blueprint;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}")
  private OutputFormat output = OutputFormat.TEXT;

  BlastRadiusCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    LoadedBlueprint loaded = new BlueprintSource(shell).load(blueprint.names);
    BlastRadius radius =
        new CompromiseSpread(new Subject(loaded.directory()))
            .from(Places.parse(start, loaded.blueprint()).place());
    switch (output) {
      case TEXT -> print(radius, loaded.blueprint().workloads().size());
      case JSON -> Json.print(shell.out(), json(radius));
    }
    return ExitCode.OK;
  }

  private void print(BlastRadius radius, int workloads) {
    Screen out = shell.out();
    out.line(
        out.in(Style.BOLD, radius.start())
            + " compromised: "
            + reached(radius, workloads)
            + ", "
            + Counted.of(radius.destinationNames().size(), "destination")
            + " outside, "
            + Counted.of(gateways(radius).count(), "gateway")
            + " asked");
    Table table = new Table("", "FROM", "", "TO", "PORTS", "RULE");
    for (BlastRadius.Hop hop : radius.hops()) {
      String to = out.in(Style.RED, hop.to());
      table.row("hop " + hop.depth(), hop.from(), "->", to, hop.ports().toString(), hop.rule());
    }
    for (BlastRadius.Destination d : radius.destinations()) {
      String to = out.in(Style.YELLOW, d.to());
      table.row("leaves", d.from(), "->", to, d.ports().toString(), d.rule());
    }
    if (!table.isEmpty()) {
      out.line();
      table.print(out, "  ");
    }
    printGateways(radius);
  }

  private String reached(BlastRadius radius, int workloads) {
    int count = radius.workloads().size();
    String text = count + " of " + workloads + " workloads fall";
    return shell.out().in(count == 0 ? Style.GREEN : Style.RED, text);
  }

  private static Stream<String> gateways(BlastRadius radius) {
    return radius.gateways().stream().map(BlastRadius.GatewayReach::gateway).distinct();
  }

  private void printGateways(BlastRadius radius) {
    if (radius.gateways().isEmpty()) {
      return;
    }
    Screen out = shell.out();
    out.line();
    out.line("  Stopped at a gateway, which lets through only what the rule grants:");
    Table table = new Table("FROM", "", "GATEWAY", "RULE", "GRANTS");
    for (BlastRadius.GatewayReach reach : radius.gateways()) {
      List<String> grants = reach.grants().stream().map(Grant::text).toList();
      String all = grants.isEmpty() ? "nothing" : String.join("\n", grants);
      table.row(reach.from(), "->", reach.gateway(), reach.rule(), all);
    }
    table.print(out, "  ");
  }

  static ObjectNode json(BlastRadius radius) {
    ObjectNode out = Json.object().put("start", radius.start());
    ArrayNode hops = out.putArray("hops");
    for (BlastRadius.Hop hop : radius.hops()) {
      ObjectNode node = hops.addObject().put("depth", hop.depth());
      node.put("from", hop.from()).put("to", hop.to()).put("ports", hop.ports().toString());
      node.put("rule", hop.rule()).set("witness", Json.flow(hop.flow()));
    }
    ArrayNode destinations = out.putArray("destinations");
    for (BlastRadius.Destination d : radius.destinations()) {
      ObjectNode node = destinations.addObject().put("from", d.from()).put("to", d.to());
      node.put("ports", d.ports().toString());
      node.put("rule", d.rule()).set("witness", Json.flow(d.flow()));
    }
    ArrayNode gateways = out.putArray("gateways");
    for (BlastRadius.GatewayReach reach : radius.gateways()) {
      ObjectNode node = gateways.addObject().put("from", reach.from());
      node.put("gateway", reach.gateway()).put("rule", reach.rule());
      node.set("grants", Json.strings(reach.grants().stream().map(Grant::text).toList()));
    }
    return out;
  }
}
