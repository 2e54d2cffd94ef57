package io.ringfence.verifier.lint;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Encryption;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Flow;
import io.ringfence.model.Place;
import io.ringfence.model.Senders;
import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.projection.Permit;
import io.ringfence.verifier.projection.PermitIndex;
import io.ringfence.verifier.subject.Analysis;
import io.ringfence.verifier.subject.Check;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds rules that the others make useless, so that all found may be removed together.
 *
 * <p>Rules compare within their kind. A direct rule is covered when the flows of other direct rules
 * of the same encryption hold all of its own, exactly. A rule through a gateway is covered when
 * other rules grant together all that it grants ({@link GrantCover}); equal packets alone do not
 * cover it.
 */
final class CoveredRules implements Analysis {
  @Override
  public List<Finding> findings(Subject subject) {
    Map<Optional<Encryption>, List<AccessRule>> direct = new LinkedHashMap<>();
    List<AccessRule> through = new ArrayList<>();
    for (AccessRule rule : subject.rules()) {
      if (rule.through().isPresent()) {
        through.add(rule);
      } else if (rule.origin() != AccessRule.Origin.RESOLVERS) {
        direct.computeIfAbsent(rule.encryption(), k -> new ArrayList<>()).add(rule);
      }
    }
    List<Finding> out = new ArrayList<>();
    direct.values().forEach(rules -> addDirect(subject, rules, out));
    addThrough(subject, through, out);
    return out;
  }

  /**
   * From the last to the first: what is kept later and what stands earlier covers together. Only
   * rules whose boxes meet a rule's own have a part in covering it.
   */
  private static void addDirect(Subject subject, List<AccessRule> rules, List<Finding> out) {
    Footprints footprints = new Footprints(subject, rules);
    Set<AccessRule> removed = new HashSet<>();
    for (int i = rules.size() - 1; i >= 0; i--) {
      AccessRule rule = rules.get(i);
      List<AccessRule> near = isRemovable(subject, rule) ? footprints.near(rule) : List.of();
      List<AccessRule> earlier = near.subList(0, Math.max(0, near.indexOf(rule)));
      List<AccessRule> others =
          near.stream().filter(r -> !r.equals(rule) && !removed.contains(r)).toList();
      if (others.isEmpty()) {
        continue;
      }
      FlowSet own = footprints.of(rule);
      Optional<Flow> witness = subject.witnesses().flow(subject.flows(rule));
      boolean shadowed = covers(subject, footprints.of(earlier), own);
      if (witness.isPresent() && (shadowed || covers(subject, footprints.of(others), own))) {
        Check check = shadowed ? Check.SHADOWED_RULE : Check.REDUNDANT_RULE;
        out.addFirst(finding(subject, check, rule, near, witness.get()));
        removed.add(rule);
      }
    }
  }

  /** What each of some rules permits, as boxes and as flows. */
  private static final class Footprints {
    private final Subject subject;
    private final Map<String, Integer> order = new HashMap<>();
    private final List<AccessRule> rules;
    private final Map<AccessRule, List<Permit>> boxes = new HashMap<>();
    private final Map<AccessRule, FlowSet> flows = new HashMap<>();
    private final PermitIndex index;

    Footprints(Subject subject, List<AccessRule> rules) {
      this.subject = subject;
      this.rules = rules;
      List<Permit> all = new ArrayList<>();
      for (AccessRule rule : rules) {
        order.put(rule.name(), order.size());
        List<Permit> own = new ArrayList<>(subject.permits(rule));
        own.addAll(questions(subject, rule));
        boxes.put(rule, own);
        all.addAll(own);
      }
      this.index = new PermitIndex(all);
    }

    /** The rules with flows of a rule's boxes, itself among them, in their order. */
    List<AccessRule> near(AccessRule rule) {
      BitSet numbers = new BitSet();
      for (Permit box : boxes.get(rule)) {
        index.meeting(box).forEach(p -> numbers.set(order.get(p.rule())));
      }
      return numbers.stream().mapToObj(rules::get).toList();
    }

    FlowSet of(AccessRule rule) {
      return flows.computeIfAbsent(rule, r -> subject.space().of(boxes.get(r)));
    }

    FlowSet of(List<AccessRule> some) {
      return subject.space().union(some.stream().map(this::of).toList());
    }
  }

  /** A rule for a name lets its workloads ask the resolvers too. */
  private static List<Permit> questions(Subject subject, AccessRule rule) {
    List<Permit> out = new ArrayList<>();
    Optional<AccessRule> resolvers = subject.directory().rule(Blueprint.RESOLVERS_RULE);
    boolean named = rule.to().stream().anyMatch(e -> e.place() instanceof Place.OfFqdn);
    if (named && resolvers.isPresent()) {
      for (Endpoint from : rule.from()) {
        for (Senders senders : subject.directory().ruleSenders(from.place())) {
          for (Permit permit : subject.permits(resolvers.get())) {
            permit.sentBy(senders).map(p -> p.of(rule.name())).ifPresent(out::add);
          }
        }
      }
    }
    return out;
  }

  /** Neither what a section stands for nor what a guardrail excepts can be removed alone. */
  private static boolean isRemovable(Subject subject, AccessRule rule) {
    boolean excepted =
        subject.forbidden().forbidding().stream().anyMatch(g -> g.except().contains(rule.name()));
    return !excepted
        && switch (rule.origin()) {
          case ACCESS, EGRESS -> true;
          case MANAGEMENT, RESOLVERS -> false;
        };
  }

  private static boolean covers(Subject subject, FlowSet others, FlowSet own) {
    return !subject.witnesses().any(own.minus(others));
  }

  /** From the last to the first, as the direct ones; earlier rules are told of before later. */
  private static void addThrough(Subject subject, List<AccessRule> rules, List<Finding> out) {
    GrantCover cover = new GrantCover(subject, rules);
    Set<AccessRule> kept = new LinkedHashSet<>(rules);
    Set<AccessRule> earlier = new LinkedHashSet<>(rules);
    for (AccessRule rule : rules.reversed()) {
      earlier.remove(rule);
      Optional<Flow> witness = subject.witnesses().flow(subject.flows(rule));
      if (witness.isEmpty() || !isRemovable(subject, rule)) {
        continue;
      }
      List<AccessRule> before = cover.covering(earlier, rule);
      List<AccessRule> by = before.isEmpty() ? cover.covering(kept, rule) : before;
      if (!by.isEmpty()) {
        kept.remove(rule);
        Check check = before.isEmpty() ? Check.REDUNDANT_RULE : Check.SHADOWED_RULE;
        out.add(finding(subject, check, rule, by, witness.get()));
      }
    }
  }

  private static Finding finding(
      Subject subject, Check check, AccessRule rule, List<AccessRule> others, Flow witness) {
    List<String> lines = new ArrayList<>();
    for (AccessRule other : others) {
      if (other != rule && subject.flows(other).overlaps(subject.flows(rule))) {
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
