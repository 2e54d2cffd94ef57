package io.ringfence.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.cli.output.Counted;
import io.ringfence.cli.output.FindingReport;
import io.ringfence.cli.output.FlowWords;
import io.ringfence.cli.output.Json;
import io.ringfence.cli.output.ProblemReport;
import io.ringfence.cli.terminal.Screen;
import io.ringfence.cli.terminal.Style;
import io.ringfence.language.KeptLines;
import io.ringfence.language.Loaded;
import io.ringfence.language.SourceFile;
import io.ringfence.model.AccessRule;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.verifier.Proof;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.Severity;
import java.io.IOException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A blueprint's proof while its files change: what is edited is proved again at the cost of the
 * edit, and the findings that came and went are told. A state of the files that is no blueprint is
 * told as that, and the next one is compared with the last that was.
 */
final class ProofWatch {
  static final Duration LOOK_EVERY = Duration.ofMillis(200);

  /** So many changed rules are named. */
  private static final int NAMES_MAX = 3;

  private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss");

  private final Shell shell;
  private final List<String> names;
  private final boolean asJson;
  private final WatchedBlueprint files;
  private String mark = "";
  private Optional<KeptLines> kept = Optional.empty();
  private Optional<State> last = Optional.empty();

  /** A proof, and the lines that it speaks of. */
  private record State(Proof proof, KeptLines lines, List<SourceFile> files) {
    List<Finding> findings() {
      return proof.verification().findings();
    }
  }

  /** What makes two findings the same, wherever they stand. */
  private record Identity(String check, String subject, String message) {
    static Identity of(Finding finding) {
      return new Identity(finding.check(), finding.subject(), finding.message());
    }
  }

  /** How one state was reached, in milliseconds. */
  private record Times(double reading, double proving) {}

  ProofWatch(Shell shell, List<String> names, boolean asJson) {
    this.shell = shell;
    this.names = names;
    this.asJson = asJson;
    this.files = new WatchedBlueprint(shell, names);
  }

  /** Looks until the thread is interrupted. */
  int run() {
    while (!Thread.currentThread().isInterrupted()) {
      look();
      shell.out().stream().flush();
      try {
        Thread.sleep(LOOK_EVERY);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return ExitCode.OK;
  }

  /** One look at the files; does nothing while they are as they were. */
  void look() {
    try {
      String now = files.mark();
      if (!now.equals(mark)) {
        mark = now;
        read();
      }
    } catch (IOException e) {
      // A file that is being replaced is there again at the next look.
      mark = "";
    } catch (InvalidBlueprint e) {
      new ProblemReport(shell.err(), e.files()).print(e.problems());
    } catch (Failure e) {
      shell.err().line(e.getMessage());
    }
  }

  private void read() {
    long begun = System.nanoTime();
    List<SourceFile> texts = new BlueprintReader(shell).read(names);
    KeptLines lines = kept.map(k -> k.after(texts)).orElseGet(() -> KeptLines.of(texts));
    kept = Optional.of(lines);
    Blueprint blueprint = blueprint(texts, lines);
    long loaded = System.nanoTime();
    Proof proof = last.map(s -> s.proof().after(blueprint)).orElseGet(() -> Proof.of(blueprint));
    Times times = new Times((loaded - begun) / 1e6, (System.nanoTime() - loaded) / 1e6);
    State state = new State(proof, lines, texts);
    tell(last, state, times);
    last = Optional.of(state);
  }

  /** Problems are told where they stand, so that what has some is read again for that. */
  private Blueprint blueprint(List<SourceFile> texts, KeptLines lines) {
    Loaded loaded = BlueprintSource.parse(lines.number(texts));
    if (loaded.blueprint().isEmpty()) {
      throw new InvalidBlueprint(texts, BlueprintSource.parse(texts).problems());
    }
    Blueprint read = loaded.blueprint().get();
    return last.map(s -> read.sharing(s.proof().blueprint())).orElse(read);
  }

  // --- What came and went ---

  private void tell(Optional<State> before, State state, Times times) {
    List<Finding> came = without(state.findings(), before.map(State::findings).orElse(List.of()));
    List<Finding> went = before.map(b -> without(b.findings(), state.findings())).orElse(List.of());
    if (asJson) {
      tellMachines(before, state, came, went, times);
    } else {
      tellPeople(before, state, came, went, times);
    }
  }

  private static List<Finding> without(List<Finding> findings, List<Finding> others) {
    Set<Identity> known = new HashSet<>();
    others.forEach(f -> known.add(Identity.of(f)));
    return findings.stream().filter(f -> !known.contains(Identity.of(f))).toList();
  }

  /** A finding with its places as they are in a state of the files. */
  private static Finding placed(Finding finding, KeptLines lines) {
    return new Finding(
        finding.check(),
        finding.severity(),
        finding.subject(),
        lines.now(finding.message()),
        lines.now(finding.at()),
        finding.witness(),
        finding.request(),
        finding.details().stream().map(lines::now).toList(),
        finding.enforced());
  }

  private static List<Finding> placed(List<Finding> findings, KeptLines lines) {
    return findings.stream().map(f -> placed(f, lines)).toList();
  }

  private void tellPeople(
      Optional<State> before, State state, List<Finding> came, List<Finding> went, Times times) {
    Screen out = shell.out();
    String what = before.map(b -> changes(b, state)).orElse(state.proof().blueprint().name());
    out.line(
        "%s  %s: proved in %s (read in %s)"
            .formatted(
                CLOCK.format(shell.clock().instant().atZone(ZoneId.systemDefault())),
                out.in(Style.BOLD, what),
                millis(times.proving()),
                millis(times.reading())));
    before.ifPresent(b -> placed(went, b.lines()).forEach(f -> gone(out, f)));
    FindingReport report =
        new FindingReport(
            out, state.files(), new FlowWords(new Directory(state.proof().blueprint())));
    report.printBad(placed(came, state.lines()));
    String standing = report.summary(state.findings());
    out.line("  " + (standing.isEmpty() ? out.in(Style.GREEN_BOLD, "holds") : standing));
  }

  private static void gone(Screen out, Finding finding) {
    if (finding.severity() != Severity.INFO) {
      out.message(
          "    ",
          "  %s %s: %s %s"
              .formatted(
                  out.in(Style.GREEN, "gone"),
                  finding.at(),
                  finding.message(),
                  out.in(Style.DIM, "[" + finding.check() + "]")));
    }
  }

  private static String millis(double millis) {
    return String.format(Locale.ROOT, millis < 10 ? "%.1f ms" : "%.0f ms", millis);
  }

  /** What an edit was of, in words. */
  private static String changes(State before, State after) {
    Blueprint was = before.proof().blueprint();
    Blueprint is = after.proof().blueprint();
    if (!was.differsInRulesOnly(is)) {
      return "more than rules changed";
    }
    List<String> changed = changed(was, is);
    if (changed.isEmpty()) {
      return "no rule changed";
    }
    String some = String.join(", ", changed.subList(0, Math.min(NAMES_MAX, changed.size())));
    String more = changed.size() > NAMES_MAX ? ", ..." : "";
    return "%s changed (%s%s)".formatted(Counted.of(changed.size(), "rule"), some, more);
  }

  private static List<String> changed(Blueprint was, Blueprint is) {
    Set<AccessRule> before = new HashSet<>(was.rules());
    Set<AccessRule> after = new HashSet<>(is.rules());
    List<AccessRule> out =
        new ArrayList<>(is.rules().stream().filter(r -> !before.contains(r)).toList());
    was.rules().stream().filter(r -> !after.contains(r)).forEach(out::add);
    return out.stream().map(AccessRule::name).distinct().toList();
  }

  /** A line for each state. */
  private void tellMachines(
      Optional<State> before, State state, List<Finding> came, List<Finding> went, Times times) {
    ObjectNode out = Json.object().put("name", state.proof().blueprint().name());
    out.put("readMillis", times.reading()).put("proofMillis", times.proving());
    out.put("clean", state.findings().stream().allMatch(f -> f.severity() == Severity.INFO));
    out.set("came", FindingReport.json(placed(came, state.lines())));
    out.set("went", FindingReport.json(before.map(b -> placed(went, b.lines())).orElse(List.of())));
    shell.out().line(out.toString());
  }
}
