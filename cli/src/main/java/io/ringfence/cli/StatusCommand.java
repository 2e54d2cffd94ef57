package io.ringfence.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.agent.AgentStatus;
import io.ringfence.agent.GenerationStore;
import io.ringfence.agent.KernelTable;
import io.ringfence.agent.PersistUnit;
import io.ringfence.cli.compile.CompiledState;
import io.ringfence.cli.output.Json;
import io.ringfence.cli.terminal.Screen;
import io.ringfence.cli.terminal.Style;
import io.ringfence.cli.terminal.Table;
import io.ringfence.cli.terminal.TextWrap;
import io.ringfence.verifier.projection.NetworkProjection;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code status}: what is in force, and what is not as it should be. */
@Command(
    name = "status",
    description = "Say what is in force on this machine, and what is not as it should be.",
    exitCodeList = {
      "0:a generation is in force, and the kernel is as it left it",
      "1:it could not be asked",
      "3:nothing is in force, or the kernel has drifted",
      "64:the command line is wrong"
    },
    footer = {"  sudo ringfence status", "  sudo ringfence status -o json"})
final class StatusCommand implements Callable<Integer> {
  private static final int LABEL = 12;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final Shell shell;

  @Mixin private AgentOptions options;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}")
  private OutputFormat output = OutputFormat.TEXT;

  StatusCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    AgentStatus status = options.run(shell, (agent, namespace) -> agent.status());
    List<String> open = leftOpen(status);
    boolean atBoot = PersistUnit.persists(Installation.units(shell), options.store(shell).folder());
    switch (output) {
      case TEXT -> print(status, open, atBoot);
      case JSON -> Json.print(shell.out(), json(status, open, atBoot));
    }
    boolean good = status.generation().isPresent() && status.drift().isEmpty();
    return good ? ExitCode.OK : ExitCode.FINDINGS;
  }

  private static List<String> leftOpen(AgentStatus status) {
    return status.generation().isEmpty()
        ? List.of()
        : desired(status.placement(), status.blueprint()).leftOpen();
  }

  /** What a kept generation was made from. */
  static CompiledState desired(String placement, Map<String, String> sources) {
    LoadedBlueprint loaded = BlueprintSource.ofTexts(sources);
    return new CompiledState(
        sources,
        new NetworkProjection(loaded.directory()),
        new Placements(loaded.directory()).titled(placement));
  }

  private void print(AgentStatus status, List<String> open, boolean atBoot) {
    Screen out = shell.out();
    if (status.generation().isEmpty()) {
      line("generation", out.in(Style.YELLOW_BOLD, "none") + "  nothing is enforced here");
    } else {
      String since = status.since().map(TIME::format).orElse("");
      line(
          "generation",
          out.in(Style.BOLD, Integer.toString(status.generation().getAsInt()))
              + "  "
              + status.placement()
              + ", applied "
              + since);
    }
    status.pending().ifPresent(p -> line("pending", pending(p)));
    lines("drift", status.drift(), Style.RED);
    lines("foreign", status.foreign(), Style.YELLOW);
    lines("left open", open, Style.YELLOW);
    line(
        "at boot",
        atBoot
            ? "the confirmed generation is loaded"
            : "nothing is loaded; `apply --persist` changes that");
    line("kept", kept(status));
    counters(status);
  }

  private void line(String label, String text) {
    shell.out().prose(TextWrap.padded(label, LABEL), " ".repeat(LABEL), text);
  }

  private void lines(String label, List<String> texts, Style style) {
    if (texts.isEmpty()) {
      line(label, "none");
    }
    texts.forEach(t -> line(label, shell.out().in(style, t)));
  }

  private String pending(GenerationStore.Pending pending) {
    return shell.out().in(Style.YELLOW_BOLD, "reverts in " + seconds(pending) + " s")
        + " unless you run: ringfence confirm"
        + options.repeated();
  }

  private long seconds(GenerationStore.Pending pending) {
    Instant now = shell.clock().instant();
    return Math.max(0, Duration.between(now, pending.deadline()).toSeconds());
  }

  private static String kept(AgentStatus status) {
    String numbers = status.kept().stream().map(String::valueOf).collect(Collectors.joining(", "));
    return numbers.isEmpty() ? "no generation" : "generations " + numbers;
  }

  private void counters(AgentStatus status) {
    Table table = new Table("PACKETS", "BYTES", "COUNTED BY").right(0, 1);
    status.counters().entrySet().stream()
        .filter(e -> e.getValue().packets() > 0)
        .forEach(e -> row(table, e.getKey(), e.getValue()));
    if (!table.isEmpty()) {
      shell.out().line();
      table.print(shell.out(), "");
    }
  }

  private static void row(Table table, String name, KernelTable.Count count) {
    table.row(Long.toString(count.packets()), Long.toString(count.bytes()), name);
  }

  private ObjectNode json(AgentStatus status, List<String> open, boolean atBoot) {
    ObjectNode out = Json.object();
    status.generation().ifPresent(n -> out.put("generation", n));
    status.since().ifPresent(t -> out.put("since", t.toString()));
    out.put("placement", status.placement());
    status
        .pending()
        .ifPresent(
            p ->
                out.putObject("pending")
                    .put("generation", p.number())
                    .put("deadline", p.deadline().toString())
                    .put("secondsLeft", seconds(p)));
    out.set("drift", Json.strings(status.drift()));
    out.set("foreign", Json.strings(status.foreign()));
    out.set("leftOpen", Json.strings(open));
    out.put("atBoot", atBoot);
    status.kept().forEach(out.putArray("kept")::add);
    ObjectNode counters = out.putObject("counters");
    status
        .counters()
        .forEach(
            (name, count) ->
                counters
                    .putObject(name)
                    .put("packets", count.packets())
                    .put("bytes", count.bytes()));
    return out;
  }
}
