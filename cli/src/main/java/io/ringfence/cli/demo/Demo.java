package io.ringfence.cli.demo;

import io.ringfence.cli.compile.CompiledState;
import io.ringfence.cli.graph.GraphView;
import io.ringfence.cli.report.DemoReport;
import io.ringfence.cli.report.SegmentationMatrix;
import io.ringfence.lab.AttackReport;
import io.ringfence.lab.Lab;
import io.ringfence.lab.LabOptions;
import io.ringfence.lab.ProbeReport;
import io.ringfence.lab.engine.EngineSoftware;
import io.ringfence.lab.engine.RealEngine;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Gateway;
import io.ringfence.model.Place;
import io.ringfence.model.Workload;
import io.ringfence.targets.nftables.Placement;
import io.ringfence.targets.nftables.Residue;
import io.ringfence.verifier.Verification;
import io.ringfence.verifier.projection.NetworkProjection;
import io.ringfence.verifier.reach.BlastRadius;
import io.ringfence.verifier.reach.CompromiseSpread;
import io.ringfence.verifier.subject.Severity;
import io.ringfence.verifier.subject.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The whole demo: a deployment is proved, built from network namespaces around a real database,
 * attacked, enforced, and attacked again.
 */
public final class Demo {
  /** The workload that the breach starts from. */
  static final String START = "web";

  private static final String LAB = "demo";

  private final Story story;
  private final Settings settings;
  private final Directory directory;

  /**
   * What is asked for.
   *
   * @param source the blueprint's file, for people
   * @param sources the blueprint's files by name
   * @param install whether what is missing may be installed
   * @param date for people
   */
  public record Settings(
      EngineSoftware software,
      String source,
      Map<String, String> sources,
      boolean install,
      String version,
      String date) {}

  /** Something is missing and may not be installed. */
  public static final class Missing extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<String> what;

    Missing(List<String> what) {
      super("missing: " + String.join(", ", what));
      this.what = List.copyOf(what);
    }

    public List<String> what() {
      return what;
    }
  }

  /**
   * What came of it.
   *
   * @param sound true when every guardrail is proved, every table read back as it should be, kernel
   *     and model agree, and the legitimate questions are still answered
   */
  public record Result(DemoReport report, boolean sound) {}

  public Demo(Story story, Settings settings, Blueprint blueprint) {
    this.story = story;
    this.settings = settings;
    this.directory = new Directory(blueprint);
  }

  public Result run() throws Exception {
    Optional<String> outOfReach = Prerequisites.kernelOutOfReach();
    Optional<Path> installed =
        outOfReach.isPresent() ? Optional.empty() : Optional.of(prerequisites());
    deployment();
    Verification verification = prove();
    Map<String, CompiledState> states = states(verification.subject().projection());
    compiled(states);
    if (installed.isEmpty()) {
      story.chapter("The kernel's part");
      story.note(outOfReach.orElseThrow());
      return new Result(withoutKernel(verification, outOfReach.get()), verification.holds());
    }
    return rehearse(verification, states, installed.get());
  }

  private Path prerequisites() throws IOException, Missing {
    Prerequisites prerequisites = new Prerequisites(settings.software());
    List<String> missing = prerequisites.missing();
    if (!missing.isEmpty()) {
      if (!settings.install()) {
        throw new Missing(missing);
      }
      story.line("This machine lacks, and the demo installs:");
      missing.forEach(m -> story.plain(m));
    }
    return prerequisites.provide(story);
  }

  private void deployment() {
    Blueprint b = directory.blueprint();
    story.chapter("The deployment: " + b.name());
    story.plain(
        "%d segments, %d workloads, %d tenants, one database: %s"
            .formatted(
                b.segments().size(),
                b.workloads().size(),
                b.tenants().size(),
                settings.software().title()));
    story.plain(
        "%d access rules, %d egress rules, %d guardrails, %d tests, in %s"
            .formatted(
                b.access().size(),
                b.egress().size(),
                b.guardrails().size(),
                b.tests().size(),
                settings.source()));
  }

  private Verification prove() {
    story.chapter("The proof");
    var proof = Story.timed(() -> Verification.of(directory));
    Verification verification = proof.value();
    for (DemoReport.Guardrail g : new ModelSections(verification).guardrails()) {
      String text = g.name() + ": " + g.meaning();
      if (g.proved()) {
        story.good(text);
      } else {
        story.bad(text + "; " + g.witness().orElse(""));
      }
    }
    story.plain(
        "over all flows of both families (%s); %d tests hold; %d warnings, %d notes"
            .formatted(
                proof.seconds(),
                directory.blueprint().tests().size(),
                verification.findings(Severity.WARNING).size(),
                verification.findings(Severity.INFO).size()));
    return verification;
  }

  /** Every ruleset is read back from its text before any kernel sees it. */
  private void compiled(Map<String, CompiledState> states) {
    var readBack =
        Story.timed(
            () ->
                states.entrySet().stream()
                    .flatMap(
                        e ->
                            e.getValue().differences(e.getValue().artifact(1)).stream()
                                .map(d -> e.getKey() + ": " + d))
                    .toList());
    if (readBack.value().isEmpty()) {
      story.good(
          "compiled to %d nftables rulesets, each read back from its text: no flow too many, none missing (%s)"
              .formatted(states.size(), readBack.seconds()));
    }
    readBack.value().forEach(story::bad);
  }

  private Map<String, CompiledState> states(NetworkProjection projection) {
    Map<String, CompiledState> out = new TreeMap<>();
    Placement.all(projection.topology())
        .forEach(p -> out.put(p.name(), new CompiledState(settings.sources(), projection, p)));
    return out;
  }

  private Result rehearse(
      Verification verification, Map<String, CompiledState> states, Path installed)
      throws Exception {
    Path work = Files.createTempDirectory("ringfence-demo-");
    try (RealEngine engine = RealEngine.of(settings.software(), installed)) {
      return rehearse(verification, states, engine, gateway(), work);
    } finally {
      deleteTree(work);
    }
  }

  /** The gateway that is run: the demo's blueprints have one. */
  private Gateway gateway() {
    return directory.blueprint().gateways().values().iterator().next();
  }

  private Result rehearse(
      Verification verification,
      Map<String, CompiledState> states,
      RealEngine engine,
      Gateway gateway,
      Path work)
      throws Exception {
    NetworkProjection projection = verification.subject().projection();
    Set<String> silent = databases();
    silent.add(gateway.name());
    LabOptions options = new LabOptions(LAB).withSilent(silent);
    try (Lab lab = story.during(p -> Lab.up(directory.blueprint(), options, p))) {
      Rehearsal.Outcome outcome =
          new Rehearsal(story, projection, states, engine, gateway, START).play(lab, work);
      return result(verification, outcome);
    }
  }

  private static void deleteTree(Path folder) {
    try (var files = Files.walk(folder)) {
      for (Path path : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      // Left for the next run or the next boot: it holds nothing that is still needed.
    }
  }

  private Set<String> databases() {
    Set<String> out = new LinkedHashSet<>();
    directory.blueprint().workloads().values().stream()
        .filter(w -> w.engine().filter(settings.software().engine()::equals).isPresent())
        .map(Workload::name)
        .forEach(out::add);
    return out;
  }

  private Result result(Verification verification, Rehearsal.Outcome outcome) {
    boolean answered =
        outcome.queries().stream()
            .filter(DemoReport.Query::legitimate)
            .allMatch(q -> q.after().answered());
    boolean shut =
        outcome.queries().stream()
            .filter(q -> !q.legitimate())
            .noneMatch(q -> q.after().answered());
    boolean sound =
        verification.holds()
            && outcome.unfaithful().isEmpty()
            && outcome.after().probe().agrees()
            && answered
            && shut;
    ModelSections model = new ModelSections(verification);
    BlastRadius permitted = radius(verification.subject());
    AttackSteps steps = new AttackSteps(directory, permitted);
    AttackReport before = outcome.before().attack();
    DemoReport.Database database =
        new DemoReport.Database(outcome.server(), outcome.holds(), outcome.queries());
    DemoReport report =
        report(
            model,
            measured(outcome.before().probe()),
            measured(outcome.after().probe()),
            model.openRadius(START, Optional.of(before)),
            model.radius(START, permitted),
            steps.of(before),
            steps.of(outcome.after().attack()),
            outcome.kernel(),
            database,
            verification.subject());
    return new Result(report, sound);
  }

  private static DemoReport.Connectivity measured(ProbeReport probe) {
    return new DemoReport.Connectivity(probe.reached(), probe.flows(), true);
  }

  private BlastRadius radius(Subject subject) {
    return new CompromiseSpread(subject).from(new Place.OfWorkload(START));
  }

  private DemoReport withoutKernel(Verification verification, String reason) {
    ModelSections model = new ModelSections(verification);
    DemoReport.Connectivity after = model.byModel();
    DemoReport.Attack none = new DemoReport.Attack(START, List.of());
    return report(
        model,
        new DemoReport.Connectivity(after.pairs(), after.pairs(), false),
        after,
        model.openRadius(START, Optional.empty()),
        model.radius(START, radius(verification.subject())),
        none,
        none,
        new DemoReport.Kernel.NotAsked(reason),
        new DemoReport.Database(settings.software().title(), "not started", List.of()),
        verification.subject());
  }

  private DemoReport report(
      ModelSections model,
      DemoReport.Connectivity before,
      DemoReport.Connectivity after,
      DemoReport.BlastRadius blastBefore,
      DemoReport.BlastRadius blastAfter,
      DemoReport.Attack attackBefore,
      DemoReport.Attack attackAfter,
      DemoReport.Kernel kernel,
      DemoReport.Database database,
      Subject subject) {
    return new DemoReport(
        new DemoReport.About(
            directory.blueprint().name(),
            settings.source(),
            settings.version(),
            "Linux " + System.getProperty("os.version"),
            settings.date()),
        before,
        after,
        model.graph(),
        GraphView.Open.everything(model.graph()).reachable(),
        SegmentationMatrix.of(subject.projection()),
        model.findings(),
        model.guardrails(),
        blastBefore,
        blastAfter,
        attackBefore,
        attackAfter,
        kernel,
        database,
        residue(subject.projection(), !database.queries().isEmpty()),
        next());
  }

  private static List<DemoReport.Residue> residue(NetworkProjection projection, boolean served) {
    Set<Residue> all = new LinkedHashSet<>();
    Placement.all(projection.topology()).forEach(p -> all.addAll(Residue.of(projection, p)));
    return all.stream()
        .map(
            r ->
                new DemoReport.Residue(
                    r.rule(),
                    r.what(),
                    r.enforcer(),
                    served || r.part() == Residue.Part.FQDN,
                    r.at()))
        .toList();
  }

  private static List<DemoReport.NextStep> next() {
    return List.of(
        new DemoReport.NextStep(
            "Write a blueprint of your own deployment.",
            Optional.of("./ringfence init --engine qdrant --tenants acme,globex")),
        new DemoReport.NextStep(
            "Prove it, and read every finding.", Optional.of("./ringfence verify ringfence.yaml")),
        new DemoReport.NextStep(
            "Rehearse it on this machine, with real packets.",
            Optional.of("./ringfence lab up ringfence.yaml && ./ringfence lab probe")),
        new DemoReport.NextStep(
            "Let a segment observe first (`mode: observe`), then apply it where it belongs.",
            Optional.of("./ringfence apply ringfence.yaml --host NAME")));
  }
}
