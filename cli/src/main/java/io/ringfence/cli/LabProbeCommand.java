package io.ringfence.cli;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.cli.output.FlowWords;
import io.ringfence.cli.output.Json;
import io.ringfence.cli.terminal.ProgressBar;
import io.ringfence.cli.terminal.Screen;
import io.ringfence.cli.terminal.Style;
import io.ringfence.lab.ProbeReport;
import io.ringfence.model.Address;
import io.ringfence.model.Flow;
import io.ringfence.model.Verdict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lab probe}: does every connection do what the model says? */
@Command(
    name = "probe",
    description = {
      "Try every connection, and compare with the model.",
      "Between all pairs, on every declared port and some others. Where nothing is enforced, all"
          + " that has a way is expected to pass."
    },
    exitCodeList = {
      "0:every connection did what the model says",
      "1:no such lab is up, or the blueprint is not valid or another one's",
      "3:some did not",
      "64:the command line is wrong"
    },
    footer = {"  sudo ringfence lab probe", "  sudo ringfence lab probe -o json"})
final class LabProbeCommand implements Callable<Integer> {
  /** More tell a reader nothing new; JSON has all. */
  private static final int PRINTED_MAX = 25;

  private final Shell shell;

  @Mixin private LabSelection selection;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}")
  private OutputFormat output = OutputFormat.TEXT;

  LabProbeCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    try (LabSelection.Open open = selection.open(shell)) {
      boolean enforced = new LabEnforcement(open.lab(), open.loaded()).isInForce();
      ProbeReport report = probe(open, enforced);
      switch (output) {
        case TEXT -> print(open.loaded(), report, enforced);
        case JSON -> Json.print(shell.out(), json(open, report, enforced));
      }
      return report.agrees() ? ExitCode.OK : ExitCode.FINDINGS;
    }
  }

  private ProbeReport probe(LabSelection.Open open, boolean enforced) {
    Function<Flow, Verdict> model =
        enforced ? LabVerdicts.enforced(open.loaded().directory()) : LabVerdicts.open();
    try (ProgressBar bar = new ProgressBar(shell.err())) {
      return open.lab().probe(model, bar::at);
    }
  }

  private void print(LoadedBlueprint loaded, ProbeReport report, boolean enforced) {
    Screen out = shell.out();
    printDisagreements(loaded, report);
    String verdict =
        report.agrees()
            ? out.in(Style.GREEN_BOLD, "agrees")
            : out.in(Style.RED_BOLD, report.disagreements().size() + " differ");
    out.line(
        "%s  %s: %,d connections tried in %.1f s"
            .formatted(
                verdict,
                loaded.blueprint().name(),
                report.flows(),
                report.took().toMillis() / 1000.0));
    out.line();
    if (enforced) {
      line("permitted", report.permitted(), true, report, "got through");
      line("denied", report.denied(), false, report, "did not");
    } else {
      out.line("  Nothing is enforced in this lab; `ringfence lab enforce` changes that.");
      line("with a way", report.permitted(), true, report, "got through");
    }
    if (report.unconnected() > 0) {
      out.line(
          "  %-10s  %,7d  no cables and routers lead there"
              .formatted("no way", report.unconnected()));
    }
    report.skipped().forEach(s -> out.prose("  not tried   ", "              ", s));
  }

  private void line(String what, int all, boolean permitted, ProbeReport report, String did) {
    int as = all - disagreements(report, permitted);
    String said = as == all ? "all " + did : "%,d %s, %,d otherwise".formatted(as, did, all - as);
    Style style = as == all ? Style.GREEN : Style.RED;
    shell.out().line("  %-10s  %,7d  %s".formatted(what, all, shell.out().in(style, said)));
  }

  private static int disagreements(ProbeReport report, boolean permitted) {
    return (int)
        report.disagreements().stream()
            .filter(d -> d.verdict().permitted() == permitted)
            .filter(d -> permitted != d.outcome().reached())
            .count();
  }

  /** What differs alike between two addresses is told once. */
  private record Alike(Address from, Address to, String decider, boolean reached) {
    static Alike of(ProbeReport.Disagreement d) {
      return new Alike(
          d.flow().source(), d.flow().destination(), d.verdict().decider(), d.outcome().reached());
    }
  }

  private void printDisagreements(LoadedBlueprint loaded, ProbeReport report) {
    FlowWords words = new FlowWords(loaded.directory());
    Map<Alike, List<ProbeReport.Disagreement>> alike =
        report.disagreements().stream()
            .collect(groupingBy(Alike::of, LinkedHashMap::new, toList()));
    alike.values().stream().limit(PRINTED_MAX).forEach(d -> print(words, d));
    if (alike.size() > PRINTED_MAX) {
      shell.out().line("  and others; -o json has them all");
    }
    if (!alike.isEmpty()) {
      shell.out().line();
    }
  }

  private void print(FlowWords words, List<ProbeReport.Disagreement> alike) {
    Screen out = shell.out();
    ProbeReport.Disagreement first = alike.getFirst();
    String more = alike.size() == 1 ? "" : ", and " + (alike.size() - 1) + " more between them";
    out.prose("  " + out.in(Style.RED, "✗") + " ", "    ", words.text(first.flow()) + more);
    Verdict verdict = first.verdict();
    out.prose(
        "      ",
        "      ",
        "the model says "
            + verdict.text()
            + (verdict.permitted() && first.outcome().reached() ? ", where no way leads" : "")
            + "; the lab "
            + (first.outcome().reached() ? "let it through" : "blocked it"));
  }

  private static ObjectNode json(LabSelection.Open open, ProbeReport report, boolean enforced) {
    ObjectNode out = Json.object().put("id", open.options().id());
    out.put("blueprint", open.loaded().blueprint().name()).put("enforced", enforced);
    out.put("flows", report.flows()).put("permitted", report.permitted());
    out.put("denied", report.denied()).put("unconnected", report.unconnected());
    out.put("reached", report.reached()).put("blocked", report.blocked());
    out.put("milliseconds", report.took().toMillis());
    out.set("skipped", Json.strings(report.skipped()));
    ArrayNode disagreements = out.putArray("disagreements");
    for (ProbeReport.Disagreement d : report.disagreements()) {
      ObjectNode one = disagreements.addObject();
      one.set("flow", Json.flow(d.flow()));
      one.put("model", d.verdict().permitted() ? "permit" : "deny");
      one.put("decider", d.verdict().decider());
      d.verdict().at().ifPresent(at -> one.set("at", Json.location(at)));
      one.put("lab", d.outcome().name().toLowerCase(Locale.ROOT));
    }
    return out;
  }
}
