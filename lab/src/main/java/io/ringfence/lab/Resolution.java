package io.ringfence.lab;

import io.ringfence.model.Address;
import io.ringfence.model.Protocol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Asks a lab's resolvers for names, from hosts of the lab. */
final class Resolution {
  private static final Duration TIMEOUT = Duration.ofMillis(500);

  private final LabPlan plan;
  private final LabGuard guard;
  private final Calls calls;

  Resolution(LabPlan plan, Calls calls) {
    this.plan = plan;
    this.guard = new LabGuard(plan);
    this.calls = calls;
  }

  /** What any host that may ask is told about each name. */
  Map<String, List<Address>> ask(Set<String> names) {
    Map<LabNode, List<Call>> questions = new LinkedHashMap<>();
    plan.ends()
        .filter(n -> n.kind() == LabNode.Kind.HOST)
        .forEach(n -> questions.put(n, questions(n, names)));
    Map<String, Set<Address>> out = new TreeMap<>();
    names.forEach(n -> out.put(n, new TreeSet<>()));
    for (Call.Answer answer : calls.dialAll(questions, TIMEOUT, Progress.NONE)) {
      if (answer.outcome() == Outcome.ANSWERED) {
        out.getOrDefault(DnsQuestion.name(answer.call().say()), new TreeSet<>())
            .addAll(DnsQuestion.read(answer.heard()));
      }
    }
    Map<String, List<Address>> answers = new TreeMap<>();
    out.forEach((name, addresses) -> answers.put(name, List.copyOf(addresses)));
    return answers;
  }

  private List<Call> questions(LabNode from, Set<String> names) {
    List<Call> out = new ArrayList<>();
    for (Address source : from.addresses()) {
      for (Address resolver : plan.resolvers()) {
        boolean elsewhere = !from.addresses().contains(resolver);
        if (elsewhere && resolver.family() == source.family()) {
          for (String name : names) {
            out.add(question(source, resolver, DnsQuestion.addresses(name, false)));
            out.add(question(source, resolver, DnsQuestion.addresses(name, true)));
          }
        }
      }
    }
    return out;
  }

  private Call question(Address source, Address resolver, byte[] message) {
    return Call.say(source, guard.admit(resolver), Protocol.UDP, 53, message);
  }
}
