package io.ringfence.verifier.lint;

import io.ringfence.model.AccessRule;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Flow;
import io.ringfence.model.Guardrail;
import io.ringfence.model.PortSet;
import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.subject.Analysis;
import io.ringfence.verifier.subject.Check;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.GuardrailEnds;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds guardrails that forbid nothing, and exceptions from what is not forbidden. */
final class IdleGuardrails implements Analysis {
  @Override
  public List<Finding> findings(Subject subject) {
    List<Finding> out = new ArrayList<>();
    for (Guardrail.Forbids guardrail : subject.forbidden().forbidding()) {
      FlowSet named = subject.space().of(subject.forbidden().boxes(guardrail));
      if (!subject.witnesses().any(named)) {
        out.add(idle(subject, guardrail));
      }
      for (String name : guardrail.except()) {
        Optional<AccessRule> rule = subject.directory().rule(name);
        boolean idle =
            rule.filter(r -> subject.witnesses().any(subject.flows(r).intersect(named))).isEmpty();
        if (idle) {
          out.add(idleException(subject, guardrail, name, named));
        }
      }
    }
    for (Guardrail guardrail : subject.blueprint().guardrails()) {
      if (guardrail instanceof Guardrail.Contained contained
          && new GuardrailEnds(subject.directory()).addresses(contained.compromise()).isEmpty()) {
        out.add(idle(subject, contained));
      }
    }
    return out;
  }

  private static Finding idle(Subject subject, Guardrail guardrail) {
    Flow nearest =
        subject.nearest(AddressSet.EMPTY, AddressSet.EMPTY, PortSet.ALL, subject.space().empty());
    String message =
        "guardrail `"
            + guardrail.name()
            + "` holds of nothing; not bound by it, for one: "
            + subject.text(nearest);
    return Finding.of(Check.IDLE_GUARDRAIL, guardrail.name(), message, guardrail.at(), nearest);
  }

  private static Finding idleException(
      Subject subject, Guardrail.Forbids guardrail, String rule, FlowSet named) {
    Optional<Flow> own =
        subject.directory().rule(rule).flatMap(r -> subject.witnesses().flow(subject.flows(r)));
    Flow nearest =
        own.orElseGet(
            () -> subject.nearest(AddressSet.EMPTY, AddressSet.EMPTY, PortSet.ALL, named));
    String message =
        "guardrail `"
            + guardrail.name()
            + "` excepts rule `"
            + rule
            + "`, of whose flows it forbids none: "
            + subject.text(nearest);
    return Finding.of(Check.IDLE_EXCEPTION, guardrail.name(), message, guardrail.at(), nearest);
  }
}
