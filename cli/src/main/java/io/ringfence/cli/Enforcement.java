package io.ringfence.cli;

import io.ringfence.cli.output.Report;
import io.ringfence.model.Flow;
import io.ringfence.targets.nftables.ArtifactTraces;
import io.ringfence.verifier.Explanation;
import io.ringfence.verifier.projection.NetworkProjection;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.Severity;
import java.util.ArrayList;
import java.util.List;

/** Says beside a blueprint's line which rule of each machine's artifact decides a flow. */
final class Enforcement {
  /** The most findings of one report of which that is asked: it takes rendering the machines. */
  static final int TRACED_MAX = 20;

  private final ArtifactTraces traces;
  private int traced;

  Enforcement(NetworkProjection projection) {
    this.traces = new ArtifactTraces(projection);
  }

  List<Finding.Enforced> of(Flow flow) {
    return traces.of(flow).stream()
        .map(
            t ->
                new Finding.Enforced(
                    Placements.title(t.machine()) + ", " + t.gate(), t.passes(), t.rules()))
        .toList();
  }

  Explanation of(Explanation explanation) {
    return explanation.flow().map(f -> explanation.enforcedBy(of(f))).orElse(explanation);
  }

  /** The first findings that should not be, and that a flow shows. */
  Report of(Report report) {
    List<Report.Case> cases = new ArrayList<>();
    for (Report.Case one : report.cases()) {
      List<Finding> findings = one.findings().stream().map(this::of).toList();
      cases.add(new Report.Case(one.group(), one.name(), one.at(), findings));
    }
    return new Report(cases);
  }

  /** What is found of an artifact has its rules in it already. */
  private Finding of(Finding finding) {
    boolean told = finding.check().startsWith(Artifacts.CHECK);
    if (told
        || finding.severity() == Severity.INFO
        || finding.witness().isEmpty()
        || traced == TRACED_MAX) {
      return finding;
    }
    traced++;
    return finding.enforcedBy(of(finding.witness().get()));
  }
}
