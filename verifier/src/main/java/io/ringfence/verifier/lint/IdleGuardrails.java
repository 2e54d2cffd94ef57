package io.ringfence.verifier.lint;

import io.ringfence.model.AccessRule;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Flow;
import io.ringfence.model.Guardrail;
import io.ringfence.model.PortSet;
import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.projection.Permit;
import io.ringfence.verifier.subject.Check;
import io.ringfence.verifier.subject.Edit;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.GuardrailEnds;
import io.ringfence.verifier.subject.PartAnalysis;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** Finds guardrails that forbid nothing, and exceptions from what is not forbidden. */
final class IdleGuardrails extends PartAnalysis<Guardrail> {
  @Override
  protected List<Guardrail> parts(Subject subject) {
    List<Guardrail> out = new ArrayList<>(subject.forbidden().forbidding());
    for (Guardrail guardrail : subject.blueprint().guardrails()) {
      if (guardrail instanceof Guardrail.Contained) {
        out.add(guardrail);
      }
    }
    return out;
  }

  @Override
  protected Function<Guardrail, Found> look(Subject subject) {
    return guardrail -> new Found(findings(subject, guardrail), List.of());
  }

  @Override
  protected Predicate<Guardrail> named(Edit edit) {
    return part -> part instanceof Guardrail.Forbids forbids && edit.changes(forbids.except());
  }

  private static List<Finding> findings(Subject subject, Guardrail guardrail) {
    return switch (guardrail) {
      case Guardrail.Forbids g -> ofForbids(subject, g);
      case Guardrail.Contained g ->
          new GuardrailEnds(subject.directory()).addresses(g.compromise()).isEmpty()
              ? List.of(idle(subject, g))
              : List.of();
      case Guardrail.Isolated g -> List.of();
    };
  }

  private static List<Finding> ofForbids(Subject subject, Guardrail.Forbids guardrail) {
    List<Finding> out = new ArrayList<>();
    List<Permit> boxes = subject.forbidden().boxes(guardrail);
    boolean some = boxes.stream().anyMatch(b -> subject.witnesses().flow(b).isPresent());
    if (!some) {
      out.add(idle(subject, guardrail));
    }
    for (String name : guardrail.except()) {
      FlowSet named = subject.space().of(boxes);
      Optional<AccessRule> rule = subject.directory().rule(name);
      boolean idle =
          rule.filter(r -> subject.witnesses().any(subject.flows(r).intersect(named))).isEmpty();
      if (idle) {
        out.add(idleException(subject, guardrail, name, named));
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
