package io.ringfence.verifier;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Condition;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Guardrail;
import io.ringfence.model.SourceLocation;
import java.util.List;
import java.util.Optional;

/** Rules and guardrails without where they stand, so that moved ones are equal. */
final class Unplaced {
  private static final SourceLocation NOWHERE = SourceLocation.BUILT_IN;

  private Unplaced() {}

  static AccessRule rule(AccessRule rule) {
    return new AccessRule(
        rule.name(),
        rule.origin(),
        ends(rule.from()),
        ends(rule.to()),
        rule.through(),
        rule.role(),
        rule.collections(),
        rule.allTenants(),
        rule.session(),
        condition(rule.when()),
        rule.encryption(),
        NOWHERE);
  }

  static Guardrail guardrail(Guardrail guardrail) {
    return switch (guardrail) {
      case Guardrail.Never g ->
          new Guardrail.Never(g.name(), ends(g.from()), ends(g.to()), g.except(), NOWHERE);
      case Guardrail.Only g ->
          new Guardrail.Only(g.name(), ends(g.from()), ends(g.to()), g.except(), NOWHERE);
      case Guardrail.Unreachable g ->
          new Guardrail.Unreachable(g.name(), ends(g.places()), g.except(), NOWHERE);
      case Guardrail.Isolated g -> new Guardrail.Isolated(g.name(), NOWHERE);
      case Guardrail.Contained g ->
          new Guardrail.Contained(
              g.name(), ends(g.compromise()), ends(g.within()), g.collections(), NOWHERE);
    };
  }

  private static List<Endpoint> ends(List<Endpoint> ends) {
    return ends.stream().map(e -> new Endpoint(e.place(), e.ports(), NOWHERE)).toList();
  }

  private static Optional<Condition> condition(Optional<Condition> condition) {
    return condition.map(c -> new Condition(c.cel(), NOWHERE));
  }
}
