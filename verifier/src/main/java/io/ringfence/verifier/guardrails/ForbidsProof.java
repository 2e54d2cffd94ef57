package io.ringfence.verifier.guardrails;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Flow;
import io.ringfence.model.Guardrail;
import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.subject.Check;
import io.ringfence.verifier.subject.Edit;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.PartAnalysis;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** Proves {@code never}, {@code only} and {@code unreachable}: no rule permits what they forbid. */
public final class ForbidsProof extends PartAnalysis<Guardrail.Forbids> {
  @Override
  protected List<Guardrail.Forbids> parts(Subject subject) {
    return subject.forbidden().forbidding();
  }

  @Override
  protected Function<Guardrail.Forbids, Found> look(Subject subject) {
    return guardrail ->
        new Found(findings(subject, guardrail), subject.forbidden().boxes(guardrail));
  }

  @Override
  protected Predicate<Guardrail.Forbids> named(Edit edit) {
    return guardrail -> edit.changes(guardrail.except());
  }

  private static List<Finding> findings(Subject subject, Guardrail.Forbids guardrail) {
    List<Finding> out = new ArrayList<>();
    List<AccessRule> touched = subject.rulesMeeting(subject.forbidden().boxes(guardrail));
    if (touched.isEmpty()) {
      return out;
    }
    FlowSet forbidden = subject.forbidden().of(guardrail, subject.space());
    for (AccessRule rule : touched) {
      Optional<Flow> flow = subject.witnesses().flow(forbidden.intersect(subject.flows(rule)));
      flow.ifPresent(f -> out.add(finding(subject, guardrail, rule, f)));
    }
    return out;
  }

  private static Finding finding(
      Subject subject, Guardrail.Forbids guardrail, AccessRule rule, Flow flow) {
    String message =
        "guardrail `"
            + guardrail.name()
            + "` forbids what rule `"
            + rule.name()
            + "` at "
            + rule.at()
            + " permits: "
            + subject.text(flow);
    return Finding.of(Check.GUARDRAIL_VIOLATED, guardrail.name(), message, guardrail.at(), flow);
  }
}
