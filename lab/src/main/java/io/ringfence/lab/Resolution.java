package io.ringfence.lab;

import io.ringfence.model.Address;
import io.ringfence.model.Protocol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a lab's resolvers have told each host about names: nothing, to a host that may not ask, or
 * shares no family with a resolver.
 */
final class Resolution {
  private static final Duration TIMEOUT = Duration.ofMillis(500);

  private final LabPlan plan;
  private final Map<String, Map<String, Set<Address>>> toldByHost = new HashMap<>();

  private Resolution(LabPlan plan) {
    this.plan = plan;
  }

  /** Asks for every name of the blueprint, from every host. */
  static Resolution ask(LabPlan plan, Calls calls) {
    Resolution resolution = new Resolution(plan);
    if (!plan.names().isEmpty()) {
      Map<LabNode, List<Call>> questions = new LinkedHashMap<>();
      plan.ends()
          .filter(n -> n.kind() == LabNode.Kind.HOST)
          .forEach(n -> questions.put(n, questions(plan, n)));
      calls.dialAll(questions, TIMEOUT, Progress.NONE).forEach(resolution::note);
    }
    return resolution;
  }

  private void note(Call.Answer answer) {
    if (answer.outcome() == Outcome.ANSWERED) {
      String host = plan.nodeAt(answer.call().source()).orElseThrow().name();
      toldByHost
          .computeIfAbsent(host, h -> new TreeMap<>())
          .computeIfAbsent(DnsQuestion.name(answer.call().say()), n -> new TreeSet<>())
          .addAll(DnsQuestion.read(answer.heard()));
    }
  }

  private static List<Call> questions(LabPlan plan, LabNode from) {
    LabGuard guard = new LabGuard(plan);
    List<Call> out = new ArrayList<>();
    for (Address source : from.addresses()) {
      for (Address resolver : plan.resolvers()) {
        if (resolver.family() == source.family()) {
          for (String name : plan.names().keySet()) {
            for (boolean ipv6 : new boolean[] {false, true}) {
              byte[] question = DnsQuestion.addresses(name, ipv6);
              out.add(Call.say(source, guard.admit(resolver), Protocol.UDP, 53, question));
            }
          }
        }
      }
    }
    return out;
  }

  /** What was told about a name: to a host itself, or to any, which passes through routers. */
  List<Address> told(String placement, String name) {
    boolean host = plan.topology().hosts().containsKey(placement);
    Set<Address> out = new TreeSet<>();
    toldByHost.forEach(
        (asker, told) -> {
          if (!host || asker.equals(placement)) {
            out.addAll(told.getOrDefault(name, Set.of()));
          }
        });
    return List.copyOf(out);
  }

  /** The name that a host was told an address for, if any. */
  Optional<String> nameOf(String host, Address address) {
    return toldByHost.getOrDefault(host, Map.of()).entrySet().stream()
        .filter(e -> e.getValue().contains(address))
        .map(Map.Entry::getKey)
        .findFirst();
  }
}
