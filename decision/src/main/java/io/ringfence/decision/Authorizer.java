package io.ringfence.decision;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Address;
import io.ringfence.model.Directory;
import io.ringfence.model.Flow;
import io.ringfence.model.Guardrail;
import io.ringfence.model.Host;
import io.ringfence.model.Request;
import io.ringfence.model.Segment;
import io.ringfence.model.Topology;
import io.ringfence.model.Verdict;
import io.ringfence.model.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What a blueprint means: flow in, verdict out, with the rule that made it.
 *
 * <p>The order that decides is docs/LANGUAGE.md's: (1) a flow that a guardrail forbids is denied;
 * (2) a flow that a rule permits is permitted; (3) all else is denied. It evaluates rule after rule
 * and caches nothing, so that everything fast can be tested against it.
 */
public final class Authorizer {
  /** The decider of flows that a blueprint says nothing about: a host to itself. */
  public static final String OUTSIDE = "outside-the-model";

  public static final String DEFAULT_DENY = "default-deny";

  private final Directory directory;
  private final Topology topology;
  private final FlowMatch match;
  private final RequestMatch requests;
  private final List<AccessRule> rules;
  private final List<Guardrail> guardrails;

  public Authorizer(Directory directory) {
    this(directory, new Topology(directory));
  }

  /** With the topology of that directory, where it is made already. */
  public Authorizer(Directory directory, Topology topology) {
    this(
        directory,
        topology,
        new FlowMatch(directory),
        new RequestMatch(directory, new Conditions()),
        directory.rules(),
        directory.blueprint().guardrails());
  }

  private Authorizer(
      Directory directory,
      Topology topology,
      FlowMatch match,
      RequestMatch requests,
      List<AccessRule> rules,
      List<Guardrail> guardrails) {
    this.directory = directory;
    this.topology = topology;
    this.match = match;
    this.requests = requests;
    this.rules = rules;
    this.guardrails = guardrails;
  }

  /** What the same deployment would mean with these rules only, and no guardrail. */
  public Authorizer unguarded(List<AccessRule> only) {
    return new Authorizer(directory, topology, match, requests, List.copyOf(only), List.of());
  }

  /** The verdict on a flow at the network layer: as some principal, at some time, would get it. */
  public Verdict decide(Flow flow) {
    Optional<Host> within = topology.hostWithin(flow);
    if (within.isPresent()) {
      return decideWithin(within.get(), flow);
    }
    if (topology.sameHost(flow.source(), flow.destination())) {
      return Verdict.deny(OUTSIDE, Optional.empty(), List.of("a host's traffic to itself"));
    }
    return between(flow);
  }

  /**
   * The verdict on a flow that does not leave a host which tells processes apart, whatever
   * addresses it bears, loopback included: from the process whose user owns the socket to the one
   * that listens at the port. What neither end belongs to a process is outside the model, as is a
   * process's traffic to itself; where one end does, the other must.
   */
  public Verdict decideWithin(Host host, Flow flow) {
    List<Workload> processes = directory.processes(host);
    Optional<Workload> from =
        processes.stream().filter(w -> w.users().contains(flow.user())).findFirst();
    Optional<Workload> to =
        processes.stream().filter(w -> w.takes(flow.protocol(), flow.port())).findFirst();
    if (from.equals(to)) {
      String why = from.isPresent() ? "a process's traffic to itself" : "traffic of no process";
      return Verdict.deny(OUTSIDE, Optional.empty(), List.of(why));
    }
    Verdict denied =
        byDefault(
            flow.destination(),
            flow.source(),
            List.of(
                from.isEmpty()
                    ? "its user runs no process that the blueprint knows"
                    : to.isEmpty()
                        ? "no process that the blueprint knows listens at its port"
                        : "no rule permits it"));
    if (from.isEmpty() || to.isEmpty()) {
      return denied;
    }
    return ends(from.get(), to.get(), flow)
        .map(this::between)
        .filter(Verdict::permitted)
        .findFirst()
        .orElse(denied);
  }

  /** On one host it is workloads that count, not their addresses. */
  private static Stream<Flow> ends(Workload from, Workload to, Flow flow) {
    return from.addresses().stream()
        .flatMap(
            a ->
                to.addresses().stream()
                    .filter(b -> b.family() == a.family())
                    .map(b -> new Flow(a, b, flow.protocol(), flow.port()).by(flow.user())));
  }

  private Verdict between(Flow flow) {
    for (Guardrail guardrail : guardrails) {
      if (guardrail instanceof Guardrail.Forbids f && forbids(f, flow)) {
        String why = "guardrail `" + f.name() + "` forbids it";
        return Verdict.deny(f.name(), Optional.of(f.at()), List.of(why));
      }
    }
    for (AccessRule rule : rules) {
      if (match.permits(rule, flow)) {
        String why = "no guardrail forbids it; rule `" + rule.name() + "` permits it";
        return Verdict.permit(rule.name(), rule.at(), List.of(why));
      }
    }
    return byDefault(
        flow.destination(),
        flow.source(),
        List.of("no guardrail forbids it and no rule permits it"));
  }

  /** The verdict on an operation asked for through a gateway: both legs, then the operation. */
  public Verdict decide(Request request) {
    return decide(request, rule -> request);
  }

  /** The verdict, where the principal's session under each rule counts for that rule alone. */
  public Verdict decide(Request request, SessionFacts sessions) {
    return decide(request, rule -> sessions.under(rule.name(), request));
  }

  private Verdict decide(Request request, Function<AccessRule, Request> asSeenBy) {
    List<String> trace = new ArrayList<>();
    for (AccessRule rule : rules) {
      Optional<String> refusal =
          requests.refusal(rule, asSeenBy.apply(rule)).or(() -> legs(rule, request));
      if (refusal.isEmpty()) {
        trace.add("rule `" + rule.name() + "` permits it");
        return Verdict.permit(rule.name(), rule.at(), trace);
      }
      if (rule.through().isPresent()) {
        trace.add("rule `" + rule.name() + "` does not: " + refusal.get());
      }
    }
    return byDefault(request.destination(), request.source(), trace);
  }

  /**
   * The rule for the service that came nearest to permitting a denied operation: the first of those
   * with the most parts that fit. Empty when no rule is for the service.
   */
  public Optional<Miss> nearestMiss(Request request) {
    Miss nearest = null;
    long most = 0;
    for (AccessRule rule : rules) {
      long fitting = requests.fitting(rule, request);
      Optional<String> why = requests.refusal(rule, request).or(() -> legs(rule, request));
      if (fitting > most && why.isPresent()) {
        most = fitting;
        nearest = new Miss(rule, why.get());
      }
    }
    return Optional.ofNullable(nearest);
  }

  /** A rule that does not permit an operation, and why. */
  public record Miss(AccessRule rule, String why) {}

  /** Why one of the two legs is not permitted at the network layer, if so. */
  private Optional<String> legs(AccessRule rule, Request request) {
    return refusal(match.entryLeg(rule, request), request.source())
        .or(() -> refusal(match.exitLeg(rule, request), request.destination()));
  }

  private Optional<String> refusal(Optional<Flow> leg, Address end) {
    if (leg.isEmpty()) {
      return Optional.of("the gateway has no address of the family of " + end);
    }
    Verdict verdict = decide(leg.get());
    return verdict.permitted()
        ? Optional.empty()
        : Optional.of("its leg " + leg.get() + " is denied by `" + verdict.decider() + "`");
  }

  private boolean forbids(Guardrail.Forbids guardrail, Flow flow) {
    boolean excepted =
        guardrail.except().stream()
            .flatMap(name -> directory.rule(name).stream())
            .anyMatch(rule -> match.permits(rule, flow));
    return !excepted
        && switch (guardrail) {
          case Guardrail.Never g -> match.starts(g.from(), flow) && match.ends(g.to(), flow);
          case Guardrail.Only g -> match.ends(g.to(), flow) && !match.starts(g.from(), flow);
          case Guardrail.Unreachable g ->
              match.starts(g.places(), flow) || match.ends(g.places(), flow);
        };
  }

  private Verdict byDefault(Address destination, Address source, List<String> trace) {
    String where =
        directory
            .segmentAt(destination)
            .or(() -> directory.segmentAt(source))
            .map(Segment::name)
            .map(s -> "/" + s)
            .orElse("");
    return Verdict.deny(DEFAULT_DENY + where, Optional.empty(), trace);
  }
}
