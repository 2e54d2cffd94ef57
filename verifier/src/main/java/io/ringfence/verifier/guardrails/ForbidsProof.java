package io.ringfence.verifier.guardrails;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Flow;
import io.ringfence.model.Guardrail;
import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.subject.Analysis;
import io.ringfence.verifier.subject.Check;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Proves {@code never}, {@code only} and {@code unreachable}: no rule permits what they forbid. */
public final class ForbidsProof implements Analysis {
  @Override
  public List<Finding> findings(Subject subject) {
    List<Finding> out = new ArrayList<>();
    for (Guardrail.Forbids guardrail : subject.forbidden().forbidding()) {
      List<AccessRule> touched = subject.rulesMeeting(subject.forbidden().boxes(guardrail));
      if (touched.isEmpty()) {
        continue;
      }
      FlowSet forbidden = subject.forbidden().of(guardrail, subject.space());
      for (AccessRule rule : touched) {
        Optional<Flow> flow = subject.witnesses().flow(forbidden.intersect(subject.flows(rule)));
        flow.ifPresent(f -> out.add(finding(subject, guardrail, rule, f)));
      }
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
