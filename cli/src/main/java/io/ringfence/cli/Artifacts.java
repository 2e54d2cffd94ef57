package io.ringfence.cli;

import io.ringfence.cli.output.Report;
import io.ringfence.decision.Authorizer;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Mode;
import io.ringfence.model.SourceLocation;
import io.ringfence.targets.nftables.Form;
import io.ringfence.targets.nftables.Generation;
import io.ringfence.targets.nftables.NftablesRenderer;
import io.ringfence.targets.nftables.Placement;
import io.ringfence.targets.nftables.ReadBack;
import io.ringfence.targets.nftables.ruleset.Ruleset;
import io.ringfence.verifier.flows.FlowSpace;
import io.ringfence.verifier.projection.NetworkProjection;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Renders the ruleset of every machine and proves each by reading it back. */
final class Artifacts {
  /** The group of {@link Report} that the proofs are in. */
  static final String GROUP = "artifacts";

  /** What the names of its checks begin with. */
  static final String CHECK = "artifact-";

  /** Differences of one ruleset that are told; one is enough to refuse it. */
  private static final int TOLD_MAX = 5;

  private static final Generation ANY = new Generation(1);

  private final NetworkProjection projection;

  Artifacts(NetworkProjection projection) {
    this.projection = projection;
  }

  /** Hears how many of the rulesets are proved; called from several threads. */
  @FunctionalInterface
  interface Progress {
    void at(String work, int done, int total);
  }

  /** A case for each machine, several at a time: a {@link FlowSpace} is for one thread. */
  List<Report.Case> prove(Progress progress) {
    List<Placement> placements = new Placements(projection.directory()).all();
    AtomicInteger done = new AtomicInteger();
    ThreadLocal<FlowSpace> spaces =
        ThreadLocal.withInitial(() -> FlowSpace.of(projection.directory()));
    try (ExecutorService threads = Executors.newFixedThreadPool(threads(placements.size()))) {
      List<Future<Report.Case>> cases = new ArrayList<>();
      for (Placement placement : placements) {
        cases.add(
            threads.submit(
                () -> {
                  Report.Case one = proof(placement, spaces.get());
                  progress.at("reading rulesets back", done.incrementAndGet(), placements.size());
                  return one;
                }));
      }
      return cases.stream().map(Artifacts::result).toList();
    }
  }

  private static int threads(int placements) {
    return Math.clamp(placements, 1, Runtime.getRuntime().availableProcessors());
  }

  private static Report.Case result(Future<Report.Case> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException r ? r : new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("interrupted", e);
    }
  }

  private Report.Case proof(Placement placement, FlowSpace space) {
    return new Report.Case(
        GROUP, Placements.title(placement), SourceLocation.BUILT_IN, findings(placement, space));
  }

  /** What is applied is proved, and where it only observes, what it will enforce too. */
  private List<Finding> findings(Placement placement, FlowSpace space) {
    List<Finding> out = new ArrayList<>(findings(placement, Form.AS_DECLARED, space));
    if (out.isEmpty() && observes(projection.directory().blueprint())) {
      out.addAll(findings(placement, Form.ENFORCING, space));
    }
    return out;
  }

  private static boolean observes(Blueprint blueprint) {
    return blueprint.segments().values().stream().anyMatch(s -> s.mode() == Mode.OBSERVE);
  }

  private List<Finding> findings(Placement placement, Form form, FlowSpace space) {
    Ruleset ruleset = NftablesRenderer.render(projection, placement, ANY, form);
    return findings(placement, ReadBack.compare(projection, placement, ruleset.json(), space));
  }

  /** A finding for each difference, or for what could not be read. */
  private List<Finding> findings(Placement placement, ReadBack back) {
    List<Finding> out = new ArrayList<>();
    String title = Placements.title(placement);
    for (String construct : back.unreadable()) {
      String message = "the ruleset of " + title + " holds what is not understood: " + construct;
      out.add(finding("artifact-unreadable", title, message, Optional.empty(), List.of()));
    }
    for (ReadBack.Difference d : back.differences().stream().limit(TOLD_MAX).toList()) {
      String check =
          switch (d.kind()) {
            case EXCESS -> "artifact-excess";
            case MISSING -> "artifact-missing";
          };
      String message = "the ruleset of " + title + ": " + d.text();
      out.add(finding(check, title, message, Optional.of(d), d.trace()));
    }
    return out;
  }

  /** At the line of the blueprint that decides the witness, if there is one. */
  private Finding finding(
      String check,
      String title,
      String message,
      Optional<ReadBack.Difference> difference,
      List<String> details) {
    return new Finding(
        check,
        Severity.ERROR,
        title,
        message,
        difference
            .flatMap(d -> new Authorizer(projection.directory()).decide(d.witness()).at())
            .orElse(SourceLocation.BUILT_IN),
        difference.map(ReadBack.Difference::witness),
        Optional.empty(),
        details);
  }
}
