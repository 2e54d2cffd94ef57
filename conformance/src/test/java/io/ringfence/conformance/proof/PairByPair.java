package io.ringfence.conformance.proof;

import io.ringfence.conformance.proof.Answers.Port;
import io.ringfence.decision.Authorizer;
import io.ringfence.model.AccessRule;
import io.ringfence.model.Address;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Flow;
import io.ringfence.model.Guardrail;
import io.ringfence.model.Place;
import io.ringfence.model.PortRange;
import io.ringfence.model.Segment;
import io.ringfence.model.Verdict;
import io.ringfence.model.Workload;
import io.ringfence.verifier.subject.Variants;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The slow, obviously right way to the same answers: the reference decision is asked about every
 * pair of addresses at every port that a rule mentions.
 */
final class PairByPair {
  private final Blueprint blueprint;
  private final Directory directory;
  private final Authorizer authorizer;
  private final Authorizer unguarded;
  private final Map<String, Authorizer> byGuardrail = new LinkedHashMap<>();
  private final Map<String, Authorizer> byRule = new LinkedHashMap<>();
  private final List<Port> ports;
  private final List<Optional<String>> names;
  private long asked;

  PairByPair(Blueprint blueprint) {
    this.blueprint = blueprint;
    this.directory = new Directory(blueprint);
    this.authorizer = new Authorizer(directory);
    Blueprint open = Variants.guardedBy(blueprint, List.of());
    this.unguarded = new Authorizer(new Directory(open));
    for (Guardrail guardrail : blueprint.guardrails()) {
      if (guardrail instanceof Guardrail.Forbids) {
        Blueprint alone = Variants.guardedBy(blueprint, List.of(guardrail.name()));
        byGuardrail.put(guardrail.name(), new Authorizer(new Directory(alone)));
      }
    }
    for (AccessRule rule : blueprint.rules()) {
      Blueprint alone = Variants.only(open, List.of(rule.name()));
      byRule.put(rule.name(), new Authorizer(new Directory(alone)));
    }
    this.ports = List.copyOf(mentioned(blueprint));
    this.names = names(blueprint);
  }

  /** The first port of each range that a rule mentions. */
  static Set<Port> mentioned(Blueprint blueprint) {
    Set<Port> out = new LinkedHashSet<>();
    for (Workload workload : blueprint.workloads().values()) {
      workload.services().values().forEach(s -> s.ports().ranges().forEach(r -> add(r, out)));
    }
    for (AccessRule rule : blueprint.rules()) {
      for (Endpoint to : rule.to()) {
        if (to.ports() instanceof Endpoint.Ports.Explicit explicit) {
          explicit.ports().ranges().forEach(r -> add(r, out));
        }
      }
    }
    return out;
  }

  private static void add(PortRange range, Set<Port> out) {
    out.add(new Port(range.protocol(), range.first()));
  }

  private static List<Optional<String>> names(Blueprint blueprint) {
    Set<Optional<String>> out = new LinkedHashSet<>();
    out.add(Optional.empty());
    for (AccessRule rule : blueprint.egress()) {
      for (Endpoint to : rule.to()) {
        if (to.place() instanceof Place.OfFqdn name) {
          out.add(Optional.of(name.fqdn()));
        }
      }
    }
    return List.copyOf(out);
  }

  /** How many decisions were asked for. */
  long asked() {
    return asked;
  }

  List<Port> ports() {
    return ports;
  }

  /** The answers, after every pair. */
  Answers answers() {
    Set<String> violations = new TreeSet<>();
    Set<String> reached = new TreeSet<>();
    List<Address> all = addresses();
    for (Address from : all) {
      for (Address to : all) {
        if (!from.equals(to) && from.family() == to.family()) {
          ask(from, to, violations, reached);
        }
      }
    }
    return new Answers(violations, reached);
  }

  private void ask(Address from, Address to, Set<String> violations, Set<String> reached) {
    boolean outside = directory.internet().contains(to);
    for (Port port : ports) {
      for (Optional<String> name : outside ? names : List.of(Optional.<String>empty())) {
        Flow flow = new Flow(from, to, port.protocol(), port.number(), name);
        asked++;
        if (authorizer.decide(flow).permitted()) {
          reached.add(Answers.reach(zone(from), zone(to), port));
        }
        if (unguarded.decide(flow).permitted()) {
          addViolations(flow, violations);
        }
      }
    }
  }

  private void addViolations(Flow flow, Set<String> violations) {
    byGuardrail.forEach(
        (guardrail, only) -> {
          Verdict verdict = only.decide(flow);
          if (!verdict.permitted() && verdict.decider().equals(guardrail)) {
            byRule.forEach(
                (rule, alone) -> {
                  if (alone.decide(flow).permitted()) {
                    violations.add(Answers.violation(guardrail, rule));
                  }
                });
          }
        });
  }

  private String zone(Address address) {
    return directory.segmentAt(address).map(Segment::name).orElse(Blueprint.INTERNET);
  }

  /** Every workload's, one that nobody claims in each network, and some outside all of them. */
  private List<Address> addresses() {
    List<Address> out = new ArrayList<>();
    blueprint.workloads().values().forEach(w -> out.addAll(w.addresses()));
    for (Segment segment : blueprint.segments().values()) {
      segment.networks().stream()
          .map(n -> n.range().last())
          .filter(a -> directory.workloadAt(a).isEmpty())
          .forEach(out::add);
    }
    out.add(Address.parse("203.0.113.7"));
    for (AccessRule rule : blueprint.rules()) {
      for (Endpoint from : rule.from()) {
        if (from.place() instanceof Place.OfPrefix p && !out.contains(p.prefix().range().last())) {
          out.add(p.prefix().range().last());
        }
      }
    }
    return out;
  }
}
