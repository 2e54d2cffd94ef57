package io.ringfence.verifier;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Flow;
import io.ringfence.model.Guardrail;
import io.ringfence.model.Place;
import io.ringfence.model.Workload;
import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.flows.FlowSpace;
import io.ringfence.verifier.operations.Grant;
import io.ringfence.verifier.reach.BlastRadius;
import io.ringfence.verifier.reach.CompromiseSpread;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What changes from one blueprint to another.
 *
 * @param opened flows that only the second permits, one witness for each rule that permits them
 * @param closed flows that only the first permits
 * @param granted operations through gateways that only the second grants, in words
 * @param radii of the starts whose blast radius changes
 * @param radiiLeftOut how many starts were too many to compare
 */
public record BlueprintDiff(
    List<Change> rules,
    List<Change> guardrails,
    List<FlowChange> opened,
    List<FlowChange> closed,
    List<String> granted,
    List<String> revoked,
    List<RadiusChange> radii,
    int radiiLeftOut) {
  /** The most starts whose blast radius is compared. */
  public static final int STARTS_MAX = 500;

  /** How something that is named changed. */
  public enum Kind {
    ADDED,
    REMOVED,
    CHANGED
  }

  /** A rule or guardrail that is not the same in both. */
  public record Change(Kind kind, String name) {}

  /** Flows under one rule that only one of the two permits, of which one is shown. */
  public record FlowChange(String rule, Flow witness, String text) {}

  /** What a compromise reaches more, and less, than before. */
  public record RadiusChange(
      String start, BlastRadius.Difference gained, BlastRadius.Difference lost) {}

  public static BlueprintDiff of(Subject before, Subject after) {
    FlowSpace space = FlowSpace.of(before.directory(), after.directory());
    FlowSet was = permitted(before, space);
    FlowSet is = permitted(after, space);
    List<String> starts = starts(before.blueprint(), after.blueprint());
    List<String> compared = starts.subList(0, Math.min(starts.size(), STARTS_MAX));
    return new BlueprintDiff(
        changes(rules(before), rules(after)),
        changes(guardrails(before), guardrails(after)),
        flows(after, space, is.minus(was)),
        flows(before, space, was.minus(is)),
        minus(grants(after), grants(before)),
        minus(grants(before), grants(after)),
        radii(before, after, compared),
        starts.size() - compared.size());
  }

  /** True when nothing that decides anything changed. */
  public boolean isEmpty() {
    return rules.isEmpty()
        && guardrails.isEmpty()
        && opened.isEmpty()
        && closed.isEmpty()
        && granted.isEmpty()
        && revoked.isEmpty();
  }

  private static FlowSet permitted(Subject subject, FlowSpace space) {
    FlowSet rules = space.of(subject.projection().permits());
    return rules.minus(subject.forbidden().all(space));
  }

  private static List<FlowChange> flows(Subject subject, FlowSpace space, FlowSet changed) {
    List<FlowChange> out = new ArrayList<>();
    for (AccessRule rule : subject.rules()) {
      FlowSet own = space.of(subject.permits(rule)).intersect(changed);
      Optional<Flow> flow = subject.witnesses().flow(own);
      flow.ifPresent(f -> out.add(new FlowChange(rule.name(), f, subject.text(f))));
    }
    return out;
  }

  private static Map<String, Object> rules(Subject subject) {
    Map<String, Object> out = new LinkedHashMap<>();
    subject.rules().forEach(r -> out.put(r.name(), Unplaced.rule(r)));
    return out;
  }

  private static Map<String, Object> guardrails(Subject subject) {
    Map<String, Object> out = new LinkedHashMap<>();
    for (Guardrail guardrail : subject.blueprint().guardrails()) {
      out.put(guardrail.name(), Unplaced.guardrail(guardrail));
    }
    return out;
  }

  private static List<Change> changes(Map<String, Object> before, Map<String, Object> after) {
    List<Change> out = new ArrayList<>();
    after.forEach(
        (name, value) -> {
          if (!before.containsKey(name)) {
            out.add(new Change(Kind.ADDED, name));
          } else if (!before.get(name).equals(value)) {
            out.add(new Change(Kind.CHANGED, name));
          }
        });
    before.keySet().stream()
        .filter(name -> !after.containsKey(name))
        .forEach(name -> out.add(new Change(Kind.REMOVED, name)));
    return out;
  }

  private static Set<String> grants(Subject subject) {
    Set<String> out = new LinkedHashSet<>();
    for (AccessRule rule : subject.rules()) {
      for (Grant grant : subject.grants().under(rule)) {
        String condition = rule.when().map(c -> " when " + c.cel()).orElse("");
        String session = rule.session().map(s -> " in a session").orElse("");
        String gateway = rule.through().orElseThrow();
        out.add(grant.name() + ": " + grant.text() + " through " + gateway + condition + session);
      }
    }
    return out;
  }

  private static List<String> minus(Set<String> some, Set<String> others) {
    return some.stream().filter(s -> !others.contains(s)).toList();
  }

  /** The internet, and every workload of either. */
  private static List<String> starts(Blueprint before, Blueprint after) {
    Set<String> out = new LinkedHashSet<>(List.of(Blueprint.INTERNET));
    out.addAll(before.workloads().keySet());
    out.addAll(after.workloads().keySet());
    return List.copyOf(out);
  }

  private static List<RadiusChange> radii(Subject before, Subject after, List<String> starts) {
    CompromiseSpread was = new CompromiseSpread(before);
    CompromiseSpread is = new CompromiseSpread(after);
    List<RadiusChange> out = new ArrayList<>();
    for (String start : starts) {
      BlastRadius old = radius(before, was, start);
      BlastRadius now = radius(after, is, start);
      RadiusChange change = new RadiusChange(start, now.minus(old), old.minus(now));
      if (!change.gained().isEmpty() || !change.lost().isEmpty()) {
        out.add(change);
      }
    }
    return out;
  }

  private static BlastRadius radius(Subject subject, CompromiseSpread spread, String start) {
    Workload workload = subject.blueprint().workloads().get(start);
    if (workload != null) {
      return spread.from(new Place.OfWorkload(start));
    }
    return start.equals(Blueprint.INTERNET)
        ? spread.from(new Place.Internet())
        : new BlastRadius(start, List.of(), List.of(), List.of());
  }
}
