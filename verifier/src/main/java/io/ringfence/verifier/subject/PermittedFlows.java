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
  private final PermitIndex index;
  private final Map<String, List<Permit>> byRule = new HashMap<>();

  PermittedFlows(NetworkProjection projection, ForbiddenFlows forbidden) {
    Map<String, List<Guardrail.Forbids>> touching = new HashMap<>();
    for (Guardrail.Forbids guardrail : forbidden.forbidding()) {
      Set<String> touched = new HashSet<>();
      for (Permit box : forbidden.boxes(guardrail)) {
        projection.index().meeting(box).forEach(p -> touched.add(p.rule()));
      }
      touched.forEach(r -> touching.computeIfAbsent(r, n -> new ArrayList<>()).add(guardrail));
    }
    for (AccessRule rule : projection.directory().rules()) {
      List<Permit> left = projection.of(rule.name());
      for (Guardrail.Forbids guardrail : touching.getOrDefault(rule.name(), List.of())) {
        left = without(left, forbidden.boxes(guardrail), forbidden.exceptions(guardrail));
      }
      byRule.put(rule.name(), left);
    }
    boolean whole =
        touching.keySet().stream().allMatch(r -> byRule.get(r).equals(projection.of(r)));
    this.index = whole ? projection.index() : new PermitIndex(permits(projection));
  }

  private List<Permit> permits(NetworkProjection projection) {
    return projection.directory().rules().stream()
        .flatMap(r -> byRule.get(r.name()).stream())
        .toList();
  }

  /** The boxes by their ends. */
  public PermitIndex index() {
    return index;
  }

  /** The boxes, in the rules' order. */
  public List<Permit> permits() {
    return index.permits();
  }

  /** The boxes of one rule. */
  public List<Permit> of(AccessRule rule) {
    return Collections.unmodifiableList(byRule.getOrDefault(rule.name(), List.of()));
  }

  /** Permits less the forbidden boxes, and what of it the exceptions take back. */
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
