package io.ringfence.verifier.subject;

import io.ringfence.model.AccessRule;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds in what two lists of rules differ. */
final class RuleChanges {
  private RuleChanges() {}

  /**
   * The names of the rules that are in one only, or differ; absent when those that are the same
   * come in another order.
   */
  static Optional<Set<String>> between(List<AccessRule> before, List<AccessRule> after) {
    int begin = 0;
    int shorter = Math.min(before.size(), after.size());
    while (begin < shorter && before.get(begin).equals(after.get(begin))) {
      begin++;
    }
    int end = 0;
    while (end < shorter - begin
        && before.get(before.size() - 1 - end).equals(after.get(after.size() - 1 - end))) {
      end++;
    }
    return ofMiddle(
        before.subList(begin, before.size() - end), after.subList(begin, after.size() - end));
  }

  private static Optional<Set<String>> ofMiddle(List<AccessRule> before, List<AccessRule> after) {
    Map<String, AccessRule> was = new HashMap<>();
    before.forEach(r -> was.put(r.name(), r));
    Set<String> changed = new HashSet<>(was.keySet());
    for (AccessRule rule : after) {
      if (rule.equals(was.get(rule.name()))) {
        changed.remove(rule.name());
      } else {
        changed.add(rule.name());
      }
    }
    boolean sameOrder = kept(before, changed).equals(kept(after, changed));
    return sameOrder ? Optional.of(changed) : Optional.empty();
  }

  private static List<String> kept(List<AccessRule> rules, Set<String> changed) {
    return rules.stream().map(AccessRule::name).filter(n -> !changed.contains(n)).toList();
  }
}
