package io.ringfence.verifier;

import io.ringfence.decision.Authorizer;
import io.ringfence.model.AccessRule;
import io.ringfence.model.Address;
import io.ringfence.model.Directory;
import io.ringfence.model.Flow;
import io.ringfence.model.Guardrail;
import io.ringfence.model.Mode;
import io.ringfence.model.Request;
import io.ringfence.model.Segment;
import io.ringfence.model.SourceLocation;
import io.ringfence.model.Verdict;
import io.ringfence.model.Workload;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.Subject;
import io.ringfence.verifier.subject.Variants;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Why a flow or an operation is permitted or denied: the verdict, and what every guardrail and rule
 * has to say about it.
 *
 * @param what was asked, with the ends' names
 * @param flow what was asked, unless it was an operation
 * @param notes what else bears on it
 * @param enforced what the machines on the flow's way do with it, once that is asked
 */
public record Explanation(
    String what,
    Optional<Flow> flow,
    Verdict verdict,
    List<Step> guardrails,
    List<Step> rules,
    List<String> notes,
    List<Finding.Enforced> enforced) {
  public Explanation {
    enforced = List.copyOf(enforced);
    guardrails = List.copyOf(guardrails);
    rules = List.copyOf(rules);
    notes = List.copyOf(notes);
  }

  /**
   * What one guardrail or rule says.
   *
   * @param applies whether it forbids or permits it
   * @param reason a clause that completes "it"
   */
  public record Step(String name, SourceLocation at, boolean applies, String reason) {}

  public static Explanation of(Subject subject, Flow flow) {
    List<Step> guardrails = new ArrayList<>();
    for (Guardrail.Forbids guardrail : subject.forbidden().forbidding()) {
      guardrails.add(new GuardrailMatch(subject, guardrail).explain(flow));
    }
    List<Step> rules = new ArrayList<>();
    for (AccessRule rule : subject.rules()) {
      rules.add(new RuleMatch(subject, rule).explain(flow));
    }
    return new Explanation(
        subject.text(flow),
        Optional.of(flow),
        subject.authorizer().decide(flow),
        guardrails,
        rules,
        notes(subject, flow),
        List.of());
  }

  /** The same, and what the machines on the flow's way do. */
  public Explanation enforcedBy(List<Finding.Enforced> machines) {
    return new Explanation(what, flow, verdict, guardrails, rules, notes, machines);
  }

  /** Each rule through a gateway is asked as if it stood alone. */
  public static Explanation of(Subject subject, Request request) {
    List<Step> rules = new ArrayList<>();
    for (AccessRule rule : subject.rules()) {
      if (rule.through().isPresent()) {
        rules.add(alone(subject, rule, request));
      }
    }
    return new Explanation(
        subject.text(request),
        Optional.empty(),
        subject.authorizer().decide(request),
        List.of(),
        rules,
        notes(subject, request.source(), request.destination()),
        List.of());
  }

  private static Step alone(Subject subject, AccessRule rule, Request request) {
    Directory directory = new Directory(Variants.only(subject.blueprint(), List.of(rule.name())));
    Verdict verdict = new Authorizer(directory).decide(request);
    String refused = "rule `" + rule.name() + "` does not: ";
    String reason =
        verdict.permitted()
            ? "permits it"
            : "does not permit it: "
                + verdict.trace().stream()
                    .filter(t -> t.startsWith(refused))
                    .map(t -> t.substring(refused.length()))
                    .findFirst()
                    .orElse("it does not fit");
    return new Step(rule.name(), rule.at(), verdict.permitted(), reason);
  }

  private static List<String> notes(Subject subject, Flow flow) {
    List<String> out = new ArrayList<>(notes(subject, flow.source(), flow.destination()));
    List<Workload> senders = subject.directory().workloadsAt(flow.source());
    if (!senders.isEmpty() && subject.directory().source(flow).isEmpty()) {
      out.add(
          "at "
              + flow.source()
              + " only these send: "
              + senders.stream()
                  .map(w -> "`" + w.name() + "` as user " + w.users())
                  .collect(Collectors.joining(", ")));
    }
    List<Workload> listeners = subject.directory().workloadsAt(flow.destination());
    if (!listeners.isEmpty() && subject.directory().destination(flow).isEmpty()) {
      out.add(
          "at "
              + flow.destination()
              + " only these listen: "
              + listeners.stream()
                  .map(w -> "`" + w.name() + "` at " + w.ports())
                  .collect(Collectors.joining(", ")));
    }
    if (subject.hosts().outside(flow)) {
      out.add("both ends are on one machine, whose traffic to itself nothing here decides");
    }
    return out;
  }

  private static List<String> notes(Subject subject, Address source, Address destination) {
    List<String> out = new ArrayList<>();
    for (Address address : List.of(source, destination)) {
      Optional<Segment> segment = subject.directory().segmentAt(address);
      if (segment.isPresent() && subject.directory().workloadAt(address).isEmpty()) {
        out.add(
            address
                + " is in segment `"
                + segment.get().name()
                + "` and no workload claims it, so every rule denies it");
      }
      if (segment.filter(s -> s.mode() == Mode.OBSERVE).isPresent()) {
        out.add(
            "segment `"
                + segment.get().name()
                + "` only observes: what is denied there is logged and passes, unless the other"
                + " end's segment enforces");
      }
    }
    return out.stream().distinct().toList();
  }
}
