package io.ringfence.verifier;

import io.ringfence.model.Directory;
import io.ringfence.model.Guardrail;
import io.ringfence.verifier.guardrails.Containment;
import io.ringfence.verifier.guardrails.ForbidsProof;
import io.ringfence.verifier.guardrails.PhysicalIsolation;
import io.ringfence.verifier.guardrails.TenantIsolation;
import io.ringfence.verifier.lint.Lint;
import io.ringfence.verifier.projection.Abreast;
import io.ringfence.verifier.subject.Analysis;
import io.ringfence.verifier.subject.Check;
import io.ringfence.verifier.subject.Edit;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.Outcome;
import io.ringfence.verifier.subject.Severity;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/**
 * Everything that is proved of a blueprint: its guardrails, physical isolation, its tests, and
 * least privilege.
 */
public final class Verification {
  private final Subject subject;
  private final List<Outcome> outcomes;
  private final List<Finding> findings;

  private Verification(Subject subject, List<Outcome> outcomes) {
    this.subject = subject;
    this.outcomes = List.copyOf(outcomes);
    List<Finding> found = new ArrayList<>();
    outcomes.forEach(o -> found.addAll(o.findings()));
    found.sort(Comparator.comparing(Verification::order));
    this.findings = List.copyOf(found);
  }

  /** The whole verification. */
  public static Verification of(Directory directory) {
    return of(new Subject(directory));
  }

  /** The whole verification of a subject that other questions are asked about too. */
  public static Verification of(Subject subject) {
    List<Analysis> all = new ArrayList<>(proofs());
    all.addAll(Lint.checks());
    return new Verification(subject, outcomes(subject, all));
  }

  /** Least privilege alone. */
  public static Verification lint(Subject subject) {
    return new Verification(subject, outcomes(subject, Lint.checks()));
  }

  private static List<Outcome> outcomes(Subject subject, List<Analysis> analyses) {
    return Abreast.all(analyses.stream().map(a -> outcome(subject, a)).toList());
  }

  private static Supplier<Outcome> outcome(Subject subject, Analysis analysis) {
    return () -> analysis.outcome(subject.beside());
  }

  /** The verification after an edit of its subject, at the cost of what the edit may change. */
  public Verification after(Edit edit) {
    return new Verification(edit.after(), outcomes.stream().map(o -> o.after(edit)).toList());
  }

  private static List<Analysis> proofs() {
    return List.of(
        new ForbidsProof(),
        new TenantIsolation(),
        new Containment(),
        new PhysicalIsolation(),
        new BlueprintTests());
  }

  private static int order(Finding finding) {
    return Check.of(finding.check()).ordinal();
  }

  public Subject subject() {
    return subject;
  }

  /** By check, then in the blueprint's order. */
  public List<Finding> findings() {
    return findings;
  }

  /** The findings of one severity. */
  public List<Finding> findings(Severity severity) {
    return findings.stream().filter(f -> f.severity() == severity).toList();
  }

  /** True when nothing stands against applying the blueprint. */
  public boolean holds() {
    return findings(Severity.ERROR).isEmpty();
  }

  /** True when a guardrail is proved. */
  public boolean holds(Guardrail guardrail) {
    return findings(Severity.ERROR).stream()
        .noneMatch(f -> f.subject().equals(guardrail.name()) && f.at().equals(guardrail.at()));
  }
}
