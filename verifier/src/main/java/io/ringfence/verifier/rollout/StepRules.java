package io.ringfence.verifier.rollout;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Encryption;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Family;
import io.ringfence.model.Guardrail;
import io.ringfence.model.Place;
import io.ringfence.model.PortSet;
import io.ringfence.model.Prefix;
import io.ringfence.model.SourceLocation;
import io.ringfence.model.Workload;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The rules of a first step: they keep open what the old blueprint permits between members. */
final class StepRules {
  private static final String NAME = "rollout-";

  private final Blueprint before;
  private final Blueprint after;
  private final List<ClusterLinks.Kept> kept;

  /** What one rule's flows have in common. */
  private record Key(Member to, PortSet ports, Optional<Encryption> encryption) {}

  StepRules(Blueprint before, Blueprint after, List<ClusterLinks.Kept> kept) {
    this.before = before;
    this.after = after;
    this.kept = kept;
  }

  /** The members that the new blueprint does not have any more, in words. */
  List<String> gone() {
    Set<String> out = new TreeSet<>();
    kept.stream()
        .flatMap(k -> Stream.of(k.from(), k.to()))
        .filter(m -> !isThere(m))
        .forEach(m -> out.add(m.workload() + " (" + m.address() + ")"));
    return List.copyOf(out);
  }

  private boolean isThere(Member member) {
    Workload workload = after.workloads().get(member.workload());
    return workload != null && workload.addresses().contains(member.address());
  }

  List<AccessRule> rules() {
    Map<Key, Set<Member>> senders = new LinkedHashMap<>();
    for (ClusterLinks.Kept k : kept) {
      Optional<Encryption> encryption = before.rule(k.rule()).flatMap(AccessRule::encryption);
      Key key = new Key(k.to(), k.ports(), encryption);
      senders.computeIfAbsent(key, x -> new LinkedHashSet<>()).add(k.from());
    }
    Set<String> taken = names();
    List<AccessRule> out = new ArrayList<>();
    int number = 1;
    for (Map.Entry<Key, Set<Member>> entry : senders.entrySet()) {
      while (taken.contains(NAME + number)) {
        number++;
      }
      out.add(rule(NAME + number++, entry.getKey(), entry.getValue()));
    }
    return List.copyOf(out);
  }

  private Set<String> names() {
    return Stream.concat(
            after.rules().stream().map(AccessRule::name),
            after.guardrails().stream().map(Guardrail::name))
        .collect(Collectors.toSet());
  }

  private AccessRule rule(String name, Key key, Set<Member> senders) {
    List<Endpoint> from = senders.stream().map(m -> endpoint(m, new Endpoint.Ports.Any())).toList();
    Endpoint to = endpoint(key.to(), new Endpoint.Ports.Explicit(key.ports()));
    return AccessRule.direct(
        name,
        AccessRule.Origin.ACCESS,
        from,
        List.of(to),
        key.encryption(),
        SourceLocation.BUILT_IN);
  }

  /** By name where that is this one member, else by its address. */
  private Endpoint endpoint(Member member, Endpoint.Ports ports) {
    Workload workload = after.workloads().get(member.workload());
    boolean named = workload.process().isPresent() || workload.addresses().size() == 1;
    int length = member.address().family() == Family.IPV4 ? 32 : 128;
    Place place =
        named
            ? new Place.OfWorkload(workload.name())
            : new Place.OfPrefix(new Prefix(member.address(), length));
    return new Endpoint(place, ports, SourceLocation.BUILT_IN);
  }

  /** The blueprint with these rules besides. */
  Blueprint with(Blueprint b) {
    List<AccessRule> access = new ArrayList<>(b.access());
    access.addAll(rules());
    return b.withRules(access, b.egress());
  }
}
