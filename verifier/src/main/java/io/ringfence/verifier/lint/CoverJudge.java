package io.ringfence.verifier.lint;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Flow;
import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.subject.Check;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Judges whether others make a rule useless, once the rules after it are judged.
 *
 * <p>What is found goes into a map by the rules' names; a rule that is there counts as removed.
 */
final class CoverJudge {
  private final Subject subject;
  private final Map<String, List<Finding>> found;
  private final Nearby nearby;
  private final Map<String, FlowSet> flows = new HashMap<>();
  private final Map<String, GrantCover> covers = new HashMap<>();
  private Map<String, List<AccessRule>> byGateway;

  CoverJudge(Subject subject, Map<String, List<Finding>> found) {
    this.subject = subject;
    this.found = found;
    this.nearby = new Nearby(subject);
  }

  void judge(AccessRule rule) {
    found.remove(rule.name());
    Optional<Finding> finding =
        !isRemovable(rule)
            ? Optional.empty()
            : rule.through().isPresent() ? ofThrough(rule) : ofDirect(rule);
    finding.ifPresent(f -> found.put(rule.name(), List.of(f)));
  }

  /** The rules that have a part in what is found of a rule, or it in what is found of them. */
  List<AccessRule> touching(AccessRule rule) {
    return rule.through().isPresent() ? cover(rule).touching(rule) : nearby.of(rule);
  }

  /** Neither what a section stands for nor what a guardrail excepts can be removed alone. */
  private boolean isRemovable(AccessRule rule) {
    return switch (rule.origin()) {
      case ACCESS, EGRESS ->
          subject.forbidden().forbidding().stream()
              .noneMatch(g -> g.except().contains(rule.name()));
      case MANAGEMENT, RESOLVERS -> false;
    };
  }

  private boolean isEarlier(AccessRule other, AccessRule rule) {
    return subject.number(other) < subject.number(rule);
  }

  /** What stands earlier is not judged yet. */
  private boolean isKept(AccessRule other, AccessRule rule) {
    return isEarlier(other, rule) || !found.containsKey(other.name());
  }

  private Optional<Finding> ofDirect(AccessRule rule) {
    List<AccessRule> near = nearby.of(rule);
    List<AccessRule> others =
        near.stream().filter(r -> !r.equals(rule) && isKept(r, rule)).toList();
    if (others.isEmpty()) {
      return Optional.empty();
    }
    FlowSet own = flows(rule);
    List<AccessRule> earlier = near.stream().filter(r -> isEarlier(r, rule)).toList();
    boolean shadowed = covers(flows(earlier), own);
    if (!shadowed && !covers(flows(others), own)) {
      return Optional.empty();
    }
    Check check = shadowed ? Check.SHADOWED_RULE : Check.REDUNDANT_RULE;
    return finding(check, rule, near);
  }

  private FlowSet flows(AccessRule rule) {
    return flows.computeIfAbsent(rule.name(), n -> subject.space().of(nearby.boxes(rule)));
  }

  private FlowSet flows(List<AccessRule> some) {
    return subject.space().union(some.stream().map(this::flows).toList());
  }

  private boolean covers(FlowSet others, FlowSet own) {
    return !subject.witnesses().any(own.minus(others));
  }

  /** Earlier rules are told of before later. */
  private Optional<Finding> ofThrough(AccessRule rule) {
    List<AccessRule> before = cover(rule).covering(r -> isEarlier(r, rule), rule);
    List<AccessRule> by =
        before.isEmpty() ? cover(rule).covering(r -> isKept(r, rule), rule) : before;
    Check check = before.isEmpty() ? Check.REDUNDANT_RULE : Check.SHADOWED_RULE;
    return by.isEmpty() ? Optional.empty() : finding(check, rule, by);
  }

  /** Only rules through the same gateway compare. */
  private GrantCover cover(AccessRule rule) {
    if (byGateway == null) {
      byGateway =
          subject.rules().stream()
              .filter(r -> r.through().isPresent())
              .collect(Collectors.groupingBy(r -> r.through().get()));
    }
    return covers.computeIfAbsent(
        rule.through().orElseThrow(), g -> new GrantCover(subject, byGateway.get(g)));
  }

  /** None of a rule that permits nothing, which is another finding. */
  private Optional<Finding> finding(Check check, AccessRule rule, List<AccessRule> others) {
    return subject.witnesses().flow(subject.flows(rule)).map(f -> finding(check, rule, others, f));
  }

  private Finding finding(Check check, AccessRule rule, List<AccessRule> others, Flow witness) {
    List<String> lines = new ArrayList<>();
    for (AccessRule other : others) {
      if (!other.equals(rule) && subject.flows(other).overlaps(subject.flows(rule))) {
        lines.add("rule `" + other.name() + "` at " + other.at());
      }
    }
    String message =
        "everything that rule `"
            + rule.name()
            + "` permits, "
            + (check == Check.SHADOWED_RULE ? "earlier rules" : "other rules")
            + " permit too: "
            + subject.text(witness);
    return Finding.of(check, rule.name(), message, rule.at(), witness).withDetails(lines);
  }
}
