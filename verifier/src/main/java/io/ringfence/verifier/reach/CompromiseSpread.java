package io.ringfence.verifier.reach;

import io.ringfence.model.AccessRule;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Flow;
import io.ringfence.model.Place;
import io.ringfence.model.Senders;
import io.ringfence.model.SourceLocation;
import io.ringfence.model.Workload;
import io.ringfence.verifier.operations.Grant;
import io.ringfence.verifier.projection.Permit;
import io.ringfence.verifier.projection.PermitIndex;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Follows a compromise over every directly permitted flow to the workload at its end, hop after
 * hop. It stops at a gateway entered under a rule that goes through it.
 */
public final class CompromiseSpread {
  private final Subject subject;
  private final PermitIndex index;

  /** Follows what is permitted. */
  public CompromiseSpread(Subject subject) {
    this(subject, subject.permitted().index());
  }

  /** Follows given permits. */
  public CompromiseSpread(Subject subject, PermitIndex permits) {
    this.subject = subject;
    this.index = permits;
  }

  /** From some places, all compromised. */
  public BlastRadius from(List<Endpoint> places) {
    Spread spread = new Spread();
    List<String> names = new ArrayList<>();
    for (Endpoint end : places) {
      names.add(end.place().text());
      spread.start(end.place());
    }
    return spread.run(String.join(", ", names));
  }

  public BlastRadius from(Place place) {
    return from(List.of(new Endpoint(place, new Endpoint.Ports.Any(), SourceLocation.BUILT_IN)));
  }

  /** Something compromised that sends. */
  private record Node(String name, Senders senders, int depth) {
    AddressSet addresses() {
      return senders.addresses();
    }
  }

  /** One run. */
  private final class Spread {
    private final Set<String> compromised = new HashSet<>();
    private final Deque<Node> queue = new ArrayDeque<>();
    private final List<BlastRadius.Hop> hops = new ArrayList<>();
    private final Map<List<String>, BlastRadius.Destination> destinations = new LinkedHashMap<>();
    private final Map<List<String>, BlastRadius.GatewayReach> gateways = new LinkedHashMap<>();

    void start(Place place) {
      AddressSet addresses = subject.directory().guardrailAddresses(place);
      List<Workload> named = subject.directory().workloads(place);
      (named.isEmpty() ? subject.workloadsIn(addresses) : named).forEach(w -> compromise(w, 0));
      if (named.isEmpty()) {
        queue.add(new Node(place.text(), Senders.at(addresses), 0));
      }
    }

    private void compromise(Workload workload, int depth) {
      if (compromised.add(workload.name())) {
        queue.add(new Node(workload.name(), subject.directory().senders(workload), depth));
      }
    }

    BlastRadius run(String start) {
      while (!queue.isEmpty()) {
        Node node = queue.remove();
        for (Permit permit : index.between(node.addresses(), AddressSet.ALL)) {
          permit.sentBy(node.senders()).ifPresent(p -> follow(node, p));
        }
      }
      return new BlastRadius(
          start, hops, List.copyOf(destinations.values()), List.copyOf(gateways.values()));
    }

    private void follow(Node node, Permit permit) {
      switch (permit.leg()) {
        case TO_GATEWAY -> ask(node, permit);
        case DIRECT, FROM_GATEWAY -> {
          subject.workloadsIn(permit.to()).forEach(w -> take(node, permit, w));
          leave(node, permit);
        }
      }
    }

    private void take(Node node, Permit permit, Workload workload) {
      if (compromised.contains(workload.name())) {
        return;
      }
      Optional<Permit> part = permit.arrivingAt(subject.directory().listeners(workload));
      Optional<Flow> flow = part.flatMap(subject.witnesses()::flow);
      if (flow.isPresent()) {
        int depth = node.depth() + 1;
        hops.add(
            new BlastRadius.Hop(
                depth,
                node.name(),
                workload.name(),
                flow.get(),
                part.get().usablePorts(),
                permit.rule()));
        compromise(workload, depth);
      }
    }

    private void leave(Node node, Permit permit) {
      AddressSet outside = subject.directory().internet();
      Optional<Permit> part = permit.between(node.addresses(), outside);
      Optional<Flow> flow = part.flatMap(subject.witnesses()::flow);
      if (flow.isPresent()) {
        String name = permit.fqdn().orElseGet(() -> outsideName(part.get().to()));
        destinations.putIfAbsent(
            List.of(node.name(), name, permit.rule()),
            new BlastRadius.Destination(
                node.name(), name, flow.get(), part.get().usablePorts(), permit.rule()));
      }
    }

    private String outsideName(AddressSet outside) {
      boolean all = outside.equals(subject.directory().internet());
      String text = outside.toString();
      return all ? Blueprint.INTERNET : text.substring(1, text.length() - 1);
    }

    /** Tokens and people's identities may be taken there; other workloads' identities may not. */
    private boolean holds(Node node, Grant grant) {
      Optional<String> holder = grant.principal().identity().flatMap(subject.grants()::holder);
      return holder.isEmpty() || holder.get().equals(node.name());
    }

    private void ask(Node node, Permit permit) {
      Optional<Flow> flow = subject.witnesses().flow(permit);
      AccessRule rule = subject.directory().rule(permit.rule()).orElseThrow();
      if (flow.isPresent()) {
        List<Grant> grants =
            subject.grants().under(rule).stream()
                .filter(g -> g.sources().overlaps(node.addresses()) && holds(node, g))
                .toList();
        String gateway = rule.through().orElseThrow();
        gateways.putIfAbsent(
            List.of(node.name(), rule.name()),
            new BlastRadius.GatewayReach(
                node.name(),
                gateway,
                flow.get(),
                rule.name(),
                List.copyOf(new LinkedHashSet<>(grants))));
      }
    }
  }
}
