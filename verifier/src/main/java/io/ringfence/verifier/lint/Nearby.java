package io.ringfence.verifier.lint;

import io.ringfence.model.AccessRule;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Place;
import io.ringfence.model.PortSet;
import io.ringfence.model.Senders;
import io.ringfence.verifier.projection.Permit;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds the direct rules that have flows of a rule's boxes; only those have a part in covering it.
 */
record Nearby(Subject subject) {
  /**
   * Those of its kind, itself among them, in their order. What {@code resolvers:} stands for is of
   * no kind: it is no more than the rules for names ask for.
   */
  List<AccessRule> of(AccessRule rule) {
    if (!isDirect(rule)) {
      return List.of();
    }
    Set<AccessRule> out = new HashSet<>();
    for (Permit box : boxes(rule)) {
      addMeeting(box, out);
    }
    out.removeIf(r -> !isDirect(r) || !r.encryption().equals(rule.encryption()));
    return subject.inOrder(out);
  }

  private static boolean isDirect(AccessRule rule) {
    return rule.through().isEmpty() && rule.origin() != AccessRule.Origin.RESOLVERS;
  }

  private void addMeeting(Permit box, Set<AccessRule> out) {
    boolean asks = false;
    for (Permit permit : subject.projection().index().meeting(box)) {
      out.add(subject.directory().rule(permit.rule()).orElseThrow());
      asks |= permit.rule().equals(Blueprint.RESOLVERS_RULE);
    }
    if (asks) {
      addAsking(box, out);
    }
  }

  /** The rules for names whose workloads ask the resolvers with flows of a box. */
  private void addAsking(Permit box, Set<AccessRule> out) {
    Set<String> names = new HashSet<>();
    for (Permit permit : outOf(box.from())) {
      if (permit.fqdn().isPresent()) {
        names.add(permit.rule());
      }
    }
    for (String name : names) {
      AccessRule rule = subject.directory().rule(name).orElseThrow();
      if (questions(rule).stream().anyMatch(q -> q.meets(box))) {
        out.add(rule);
      }
    }
  }

  private List<Permit> outOf(AddressSet sources) {
    return subject.projection().index().meeting(Permit.box(sources, AddressSet.ALL, PortSet.ALL));
  }

  /** What a rule permits: a rule for a name lets its workloads ask the resolvers too. */
  List<Permit> boxes(AccessRule rule) {
    List<Permit> out = new ArrayList<>(subject.permits(rule));
    out.addAll(questions(rule));
    return out;
  }

  private List<Permit> questions(AccessRule rule) {
    List<Permit> out = new ArrayList<>();
    if (rule.to().stream().anyMatch(e -> e.place() instanceof Place.OfFqdn)) {
      for (Endpoint from : rule.from()) {
        for (Senders senders : subject.directory().ruleSenders(from.place())) {
          for (Permit permit : outOf(senders.addresses())) {
            if (permit.rule().equals(Blueprint.RESOLVERS_RULE)) {
              permit.sentBy(senders).map(p -> p.of(rule.name())).ifPresent(out::add);
            }
          }
        }
      }
    }
    return out;
  }
}
