package io.ringfence.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.cli.output.Json;
import io.ringfence.cli.terminal.ProgressBar;
import io.ringfence.cli.terminal.Screen;
import io.ringfence.cli.terminal.Style;
import io.ringfence.cli.terminal.Table;
import io.ringfence.lab.Lab;
import io.ringfence.lab.LabOptions;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Workload;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lab up}: builds a lab that stays until it is taken down. */
@Command(
    name = "up",
    description = {
      "Build a lab of a blueprint.",
      "It stays, until `ringfence lab down` or a boot, with nothing enforced in it yet."
    },
    exitCodeList = {
      "0:it is up",
      "1:the blueprint is not valid, or the lab cannot be built; then nothing of it stays",
      "64:the command line is wrong"
    },
    footer = {
      "  sudo ringfence lab up",
      "  sudo ringfence lab up examples/rag-platform.yaml --id rag"
    })
final class LabUpCommand implements Callable<Integer> {
  private final Shell shell;

  @Mixin private BlueprintParameters blueprint;
  @Mixin private LabIdOption which;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}")
  private OutputFormat output = OutputFormat.TEXT;

  LabUpCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    LoadedBlueprint loaded = new BlueprintSource(shell).load(blueprint.names);
    LabOptions options = which.options(shell, loaded);
    try (ProgressBar bar = new ProgressBar(shell.err());
        Lab lab = Lab.upInBackground(loaded.blueprint(), options, bar::at)) {
      which.labs(shell).keep(options.id(), loaded.texts());
      bar.clear();
      switch (output) {
        case TEXT -> print(lab);
        case JSON -> Json.print(shell.out(), json(lab));
      }
    }
    return ExitCode.OK;
  }

  private void print(Lab lab) {
    Blueprint blueprint = lab.blueprint();
    Screen out = shell.out();
    out.prose(
        out.in(Style.GREEN_BOLD, "up") + "  ",
        "    ",
        "%s: %d hosts and routers and the internet, each a network namespace; its id is %s"
            .formatted(blueprint.name(), lab.placements().size(), lab.id()));
    Workload start = blueprint.workloads().values().iterator().next();
    String host = lab.placementAt(start.addresses().getFirst()).orElseThrow();
    Table table = new Table("", "");
    table.row("ringfence attack --from " + start.name(), "what a breach reaches");
    table.row("ringfence lab enforce", "the blueprint's rules, into every kernel");
    table.row("ringfence lab probe", "does every connection do what the model says?");
    table.row("ip netns exec " + lab.namespaceName(host) + " bash", "look around at " + host);
    table.row("ringfence lab down", "away with it");
    out.line();
    out.line("Nothing is enforced in it yet. Now:");
    table.print(out, "  ");
  }

  private static ObjectNode json(Lab lab) {
    ObjectNode out = Json.object().put("id", lab.id()).put("blueprint", lab.blueprint().name());
    ObjectNode namespaces = out.putObject("namespaces");
    lab.placements().forEach(p -> namespaces.put(p, lab.namespaceName(p)));
    namespaces.put(Blueprint.INTERNET, lab.namespaceName(Blueprint.INTERNET));
    return out;
  }
}
