package io.ringfence.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.cli.output.Json;
import io.ringfence.cli.terminal.ProgressBar;
import io.ringfence.lab.AttackReport;
import io.ringfence.lab.Lab;
import io.ringfence.lab.LabOptions;
import io.ringfence.lab.Progress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code attack}: a breach, played in a lab. */
@Command(
    name = "attack",
    description = {
      "Play a breach in a lab: scan, move on to whatever answers, carry data out, forge sources.",
      "In the lab that is up, as it stands, or else in one of its own, before and after the"
          + " blueprint is enforced."
    },
    exitCodeList = {
      "0:played; where the blueprint is enforced, nothing went beyond what its rules give",
      "1:the lab cannot be built, or the blueprint is not valid or has no such workload",
      "3:enforced, and yet something went beyond",
      "64:the command line is wrong"
    },
    footer = {
      "  sudo ringfence attack --from web examples/rag-platform.yaml",
      "  sudo ringfence attack --from web --compare"
    })
final class AttackCommand implements Callable<Integer> {
  private final Shell shell;

  @Mixin private LabSelection selection;

  @Option(
      names = "--from",
      paramLabel = "WORKLOAD",
      required = true,
      description = "The workload that is broken into first.")
  private String from;

  @Option(
      names = "--compare",
      description =
          "Before and after enforcement, side by side, also in a lab that is up; it is left as it"
              + " was found.")
  private boolean compare;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}")
  private OutputFormat output = OutputFormat.TEXT;

  AttackCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    Optional<LabSelection.Open> open = selection.find(shell);
    if (open.isEmpty()) {
      return inOwnLab();
    }
    try (LabSelection.Open lab = open.get()) {
      requireStart(lab.loaded());
      return compare ? compareAndPutBack(lab) : asItStands(lab);
    }
  }

  private void requireStart(LoadedBlueprint loaded) {
    if (!loaded.blueprint().workloads().containsKey(from)) {
      throw new Failure(
          "no workload `%s`; workloads are `%s`"
              .formatted(from, String.join("`, `", loaded.blueprint().workloads().keySet())));
    }
  }

  private int inOwnLab() {
    LoadedBlueprint loaded = selection.load(shell);
    requireStart(loaded);
    LabOptions options = selection.options(shell, loaded);
    try (ProgressBar bar = new ProgressBar(shell.err());
        Lab lab = Lab.up(loaded.blueprint(), options, bar::at)) {
      return compared(lab, loaded, bar);
    }
  }

  private int compareAndPutBack(LabSelection.Open open) {
    Lab lab = open.lab();
    try (ProgressBar bar = new ProgressBar(shell.err())) {
      boolean enforced = new LabEnforcement(lab, open.loaded()).isInForce();
      lab.release();
      int exit = compared(lab, open.loaded(), bar);
      if (!enforced) {
        lab.release();
      }
      return exit;
    }
  }

  /** In a lab in which nothing is enforced yet. */
  private int compared(Lab lab, LoadedBlueprint loaded, ProgressBar bar) {
    Breach before = play(lab, loaded, told(bar, "before: "));
    List<String> differences = new LabEnforcement(lab, loaded).carryOut(bar::at);
    if (!differences.isEmpty()) {
      throw new Failure("the kernels do not hold the blueprint: " + String.join("; ", differences));
    }
    Breach after = play(lab, loaded, told(bar, "after: "));
    bar.clear();
    switch (output) {
      case TEXT -> new BreachText(shell.out()).printCompared(before, after);
      case JSON -> {
        ObjectNode out = Json.object();
        out.set("before", json(before));
        out.set("after", json(after));
        Json.print(shell.out(), out);
      }
    }
    return after.beyond().isEmpty() ? ExitCode.OK : ExitCode.FINDINGS;
  }

  private static Progress told(ProgressBar bar, String when) {
    return (work, done, total) -> bar.at(when + work, done, total);
  }

  private int asItStands(LabSelection.Open open) {
    boolean enforced = new LabEnforcement(open.lab(), open.loaded()).isInForce();
    Breach breach = play(open);
    switch (output) {
      case TEXT -> new BreachText(shell.out()).print(breach, enforced);
      case JSON -> Json.print(shell.out(), json(breach).put("enforced", enforced));
    }
    return enforced && !breach.beyond().isEmpty() ? ExitCode.FINDINGS : ExitCode.OK;
  }

  private Breach play(LabSelection.Open open) {
    try (ProgressBar bar = new ProgressBar(shell.err())) {
      return play(open.lab(), open.loaded(), bar::at);
    }
  }

  private Breach play(Lab lab, LoadedBlueprint loaded, Progress progress) {
    return Breach.of(lab.attack(from, progress), loaded, lab.names());
  }

  private static ObjectNode json(Breach breach) {
    AttackReport report = breach.report();
    ObjectNode out = Json.object().put("start", report.start());
    out.set("compromised", Json.strings(report.compromised()));
    out.set("throughGateways", Json.strings(report.throughGateways()));
    out.put("attempts", report.attempts()).put("complete", report.complete());
    out.put("milliseconds", report.took().toMillis());
    ArrayNode reached = out.putArray("reached");
    report.reached().forEach(r -> json(breach, r, reached.addObject()));
    ArrayNode leaks = out.putArray("leaks");
    for (AttackReport.Leak leak : report.leaks()) {
      ObjectNode one = leaks.addObject().put("from", leak.from()).put("to", leak.to().toString());
      one.put("channel", word(leak.channel())).put("port", leak.port());
      breach.rule(leak).ifPresent(r -> one.put("rule", r));
    }
    ArrayNode forgeries = out.putArray("forgeries");
    for (AttackReport.Forgery forgery : report.forgeries()) {
      ObjectNode one = forgeries.addObject().put("from", forgery.from());
      one.put("disguise", word(forgery.disguise()));
      one.put("sent", forgery.sent()).put("arrived", forgery.arrived());
      one.set("examples", Json.strings(forgery.examples()));
    }
    out.set("beyond", Json.strings(breach.beyond()));
    return out;
  }

  private static void json(Breach breach, AttackReport.Reached reached, ObjectNode out) {
    ArrayNode path = out.putArray("path");
    for (AttackReport.Hop hop : reached.path()) {
      ObjectNode one = path.addObject().put("from", hop.from()).put("to", hop.to());
      one.put("address", hop.address().toString());
      one.put("protocol", hop.protocol().toString()).put("port", hop.port());
    }
    reached.behind().ifPresent(b -> out.put("behind", b));
    breach.rule(reached.last()).ifPresent(r -> out.put("rule", r));
    if (!reached.banner().isEmpty()) {
      out.put("banner", reached.banner());
    }
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
