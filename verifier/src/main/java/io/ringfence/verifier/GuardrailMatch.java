package io.ringfence.verifier;

import io.ringfence.model.Flow;
import io.ringfence.model.Guardrail;
import io.ringfence.verifier.subject.Subject;

/** Says whether and why a guardrail forbids a flow. */
record GuardrailMatch(Subject subject, Guardrail.Forbids guardrail) {
  Explanation.Step explain(Flow flow) {
    boolean named = subject.forbidden().boxes(guardrail).stream().anyMatch(b -> b.contains(flow));
    String excepted =
        guardrail.except().stream().filter(name -> permits(name, flow)).findFirst().orElse("");
    boolean forbids = named && excepted.isEmpty();
    String reason =
        forbids
            ? "forbids it"
            : named ? "excepts it, as rule `" + excepted + "` permits it" : "does not name it";
    return new Explanation.Step(guardrail.name(), guardrail.at(), forbids, reason);
  }

  private boolean permits(String rule, Flow flow) {
    return subject
        .blueprint()
        .rule(rule)
        .filter(r -> subject.permits(r).stream().anyMatch(p -> p.contains(flow)))
        .isPresent();
  }
}
