package io.ringfence.verifier.subject;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Guardrail;
import io.ringfence.verifier.projection.NetworkProjection;
import io.ringfence.verifier.projection.Permit;
import io.ringfence.verifier.projection.PermitIndex;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a blueprint permits, in the order that decides: the rules' permits, less what guardrails
 * forbid. In a blueprint that verifies, those are all of the rules' permits.
 */
public final class PermittedFlows {
  private final List<Permit> permits;
  private final PermitIndex index;
  private final Map<String, List<Permit>> byRule = new HashMap<>();

  public PermittedFlows(NetworkProjection projection) {
    ForbiddenFlows forbidden = new ForbiddenFlows(projection);
    List<Permit> left = projection.permits();
    for (Guardrail.Forbids guardrail : forbidden.forbidding()) {
      List<Permit> boxes = forbidden.boxes(guardrail);
      Set<String> touched = new HashSet<>();
      boxes.forEach(b -> projection.index().meeting(b).forEach(p -> touched.add(p.rule())));
      if (!touched.isEmpty()) {
        left = without(left, touched, boxes, forbidden.exceptions(guardrail));
      }
    }
    this.permits = List.copyOf(left);
    this.index =
        permits.equals(projection.permits()) ? projection.index() : new PermitIndex(permits);
    permits.forEach(p -> byRule.computeIfAbsent(p.rule(), r -> new ArrayList<>()).add(p));
  }

  /** The boxes by their ends. */
  public PermitIndex index() {
    return index;
  }

  /** The boxes, in the rules' order. */
  public List<Permit> permits() {
    return permits;
  }

  /** The boxes of one rule. */
  public List<Permit> of(AccessRule rule) {
    return Collections.unmodifiableList(byRule.getOrDefault(rule.name(), List.of()));
  }

  /**
   * The touched rules' permits less the forbidden boxes, and what of it the exceptions take back.
   */
  private static List<Permit> without(
      List<Permit> permits, Set<String> touched, List<Permit> forbidden, List<Permit> exceptions) {
    List<Permit> out = new ArrayList<>();
    for (Permit permit : permits) {
      if (!touched.contains(permit.rule())) {
        out.add(permit);
        continue;
      }
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
