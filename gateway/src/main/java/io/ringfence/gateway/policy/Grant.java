package io.ringfence.gateway.policy;

import io.ringfence.decision.ConditionProgram;
import io.ringfence.model.AccessRule;
import io.ringfence.model.Action;
import io.ringfence.model.SessionTerms;
import io.ringfence.model.Verdict;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A rule through a gateway, made ready.
 *
 * @param order among all rules: of several that permit, the first is the one that decides
 * @param verdict what is said when it permits
 * @param listing whether it lists collections, rather than meaning all that the tenant owns
 * @param condition absent when it has none
 */
record Grant(
    int order,
    AccessRule rule,
    Verdict verdict,
    Set<Action> actions,
    boolean listing,
    boolean allTenants,
    boolean approval,
    Optional<ConditionProgram> condition) {
  static Grant of(
      int order, AccessRule rule, Set<Action> actions, Optional<ConditionProgram> condition) {
    List<String> why = List.of("rule `" + rule.name() + "` permits it");
    return new Grant(
        order,
        rule,
        Verdict.permit(rule.name(), rule.at(), why),
        actions,
        !rule.collections().isEmpty(),
        rule.allTenants(),
        rule.session().filter(SessionTerms::approvalRequired).isPresent(),
        condition);
  }

  /** The earlier of two that permit; either may be null for none. */
  static Grant earlier(Grant one, Grant other) {
    return one == null || (other != null && other.order < one.order) ? other : one;
  }
}
