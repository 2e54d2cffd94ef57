package io.ringfence.verifier.subject;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Guardrail;
import io.ringfence.verifier.projection.NetworkProjection;
import io.ringfence.verifier.projection.Permit;
import io.ringfence.verifier.projection.PermitChange;
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
  private final NetworkProjection projection;

  /** What guardrails leave of the rules of which they forbid something. */
  private final Map<String, List<Permit>> cut;

  PermittedFlows(NetworkProjection projection, ForbiddenFlows forbidden) {
    this.projection = projection;
    this.cut = new HashMap<>();
    Set<String> touched = new HashSet<>();
    for (Guardrail.Forbids guardrail : forbidden.forbidding()) {
      for (Permit box : forbidden.boxes(guardrail)) {
        projection.index().meeting(box).forEach(p -> touched.add(p.rule()));
      }
    }
    touched.forEach(r -> cut(r, forbidden));
    this.index = cut.isEmpty() ? projection.index() : new PermitIndex(permits(projection));
  }

  private PermittedFlows(
      PermittedFlows other,
      NetworkProjection projection,
      ForbiddenFlows forbidden,
      Set<String> changed) {
    this.projection = projection;
    this.cut = new HashMap<>(other.cut);
    for (String name : changed) {
      // What a guardrail forbids nothing of needs no second look.
      List<Permit> whole = other.cut.containsKey(name) ? List.of() : other.of(name);
      if (forbidsSome(forbidden, PermitChange.between(whole, projection.of(name)).come())) {
        cut(name, forbidden);
      } else {
        cut.remove(name);
      }
    }
    PermitChange change = PermitChange.of(changed, other::of, this::of);
    this.index =
        cut.isEmpty()
            ? projection.index()
            : other.index.after(change, projection.directory()::number, this::of);
  }

  /** The same once some rules are changed that no guardrail excepts. */
  PermittedFlows after(NetworkProjection edited, ForbiddenFlows forbidden, Set<String> changed) {
    return new PermittedFlows(this, edited, forbidden, changed);
  }

  private static boolean forbidsSome(ForbiddenFlows forbidden, List<Permit> permits) {
    return forbidden.forbidding().stream().anyMatch(g -> meets(forbidden.boxes(g), permits));
  }

  private static boolean meets(List<Permit> boxes, List<Permit> permits) {
    return boxes.stream().anyMatch(b -> permits.stream().anyMatch(p -> p.meets(b)));
  }

  private void cut(String rule, ForbiddenFlows forbidden) {
    List<Permit> whole = projection.of(rule);
    List<Permit> left = whole;
    for (Guardrail.Forbids guardrail : forbidden.forbidding()) {
      List<Permit> boxes = forbidden.boxes(guardrail);
      if (meets(boxes, whole)) {
        left = without(left, boxes, forbidden.exceptions(guardrail));
      }
    }
    if (left.equals(whole)) {
      cut.remove(rule);
    } else {
      cut.put(rule, left);
    }
  }

  private List<Permit> permits(NetworkProjection projection) {
    return projection.directory().rules().stream().flatMap(r -> of(r.name()).stream()).toList();
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
    return of(rule.name());
  }

  private List<Permit> of(String rule) {
    List<Permit> left = cut.get(rule);
    return left == null ? projection.of(rule) : Collections.unmodifiableList(left);
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
