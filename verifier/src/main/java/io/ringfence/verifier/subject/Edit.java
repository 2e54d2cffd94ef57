package io.ringfence.verifier.subject;

import io.ringfence.model.AccessRule;
import io.ringfence.verifier.projection.Permit;
import io.ringfence.verifier.projection.PermitChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A change of some rules: added, removed or written otherwise. All else of the blueprint is the
 * same, and so is the order of the other rules.
 *
 * @param changed the names of the rules that are not what they were
 * @param boxes what those permitted at the network layer and permit now, but for what is the same
 */
public record Edit(Subject before, Subject after, Set<String> changed, List<Permit> boxes) {
  public Edit {
    changed = Set.copyOf(changed);
    boxes = List.copyOf(boxes);
  }

  static Edit of(Subject before, Subject after, Set<String> changed) {
    PermitChange change = PermitChange.of(changed, before.projection()::of, after.projection()::of);
    List<Permit> boxes = new ArrayList<>(change.gone());
    boxes.addAll(change.come());
    return new Edit(before, after, changed, boxes);
  }

  /** Whether a changed rule has or had flows of some of these boxes. */
  public boolean meets(List<Permit> some) {
    for (Permit box : some) {
      for (Permit own : boxes) {
        if (own.meets(box)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Whether one of these rules changed. */
  public boolean changes(List<String> rules) {
    return rules.stream().anyMatch(changed::contains);
  }

  /**
   * Whether some guardrail excepts a changed rule, and so forbids of other rules what it did not.
   */
  public boolean changesExceptions() {
    return after.forbidden().forbidding().stream().anyMatch(g -> changes(g.except()));
  }

  /** The changed rules as they were and as they are. */
  public List<AccessRule> rules() {
    List<AccessRule> out = new ArrayList<>();
    for (Subject subject : List.of(before, after)) {
      changed.forEach(name -> subject.directory().rule(name).ifPresent(out::add));
    }
    return out;
  }
}
