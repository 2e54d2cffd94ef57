package io.ringfence.verifier.subject;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Guardrail;
import io.ringfence.verifier.projection.NetworkProjection;
import io.ringfence.verifier.projection.Permit;
import java.util.ArrayList;
import java.util.List;

/**
 * What a blueprint permits, in the order that decides: the rules' permits, less what guardrails
 * forbid. In a blueprint that verifies, those are all of the rules' permits.
 */
public final class PermittedFlows {
  private final List<Permit> permits;

  public PermittedFlows(NetworkProjection projection) {
    ForbiddenFlows forbidden = new ForbiddenFlows(projection);
    List<Permit> left = projection.permits();
    for (Guardrail.Forbids guardrail : forbidden.forbidding()) {
      left = without(left, forbidden.boxes(guardrail), forbidden.exceptions(guardrail));
    }
    this.permits = List.copyOf(left);
  }

  /** The boxes, in the rules' order. */
  public List<Permit> permits() {
    return permits;
  }

  /** The boxes of one rule. */
  public List<Permit> of(AccessRule rule) {
    return permits.stream().filter(p -> p.rule().equals(rule.name())).toList();
  }

  /** A permit less the forbidden boxes, and what of it the exceptions take back. */
  private static List<Permit> without(
      List<Permit> permits, List<Permit> forbidden, List<Permit> exceptions) {
    List<Permit> out = new ArrayList<>();
    for (Permit permit : permits) {
      List<Permit> left = minus(permit, forbidden);
      out.addAll(left);
      if (!left.equals(List.of(permit))) {
        exceptions.forEach(e -> permit.intersect(e).ifPresent(out::add));
      }
    }
    return out;
  }

  /** A box less other boxes. */
  public static List<Permit> minus(Permit permit, List<Permit> boxes) {
    List<Permit> left = List.of(permit);
    for (Permit box : boxes) {
      List<Permit> next = new ArrayList<>();
      left.forEach(part -> next.addAll(part.minus(box)));
      left = next;
    }
    return left;
  }
}
