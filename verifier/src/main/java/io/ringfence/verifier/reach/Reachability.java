package io.ringfence.verifier.reach;

import io.ringfence.model.AccessRule;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Flow;
import io.ringfence.model.Listeners;
import io.ringfence.model.Place;
import io.ringfence.model.PortSet;
import io.ringfence.model.Senders;
import io.ringfence.verifier.projection.Permit;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Answers which ports of one place another reaches, and under which rules. */
public final class Reachability {
  private static final Listeners ANYWHERE = new Listeners(AddressSet.ALL, PortSet.ALL);

  private final Subject subject;
  private final PermitIndex index;
  private final Set<String> limiting = new HashSet<>();

  public Reachability(Subject subject) {
    this.subject = subject;
    this.index = new PermitIndex(subject.permitted().permits());
    for (AccessRule rule : subject.rules()) {
      if (rule.limitsOperations()) {
        limiting.add(rule.name());
      }
    }
  }

  /** A segment is every address of its networks; a name is where its resolvers point. */
  public Reach between(Place from, Place to) {
    Optional<String> fqdn =
        to instanceof Place.OfFqdn name ? Optional.of(name.fqdn()) : Optional.empty();
    return between(
        subject.directory().guardrailSenders(from),
        subject.directory().guardrailListeners(to, PortSet.ALL),
        fqdn);
  }

  public Reach between(AddressSet from, AddressSet to) {
    return between(
        List.of(Senders.at(from)), List.of(new Listeners(to, PortSet.ALL)), Optional.empty());
  }

  private Reach between(List<Senders> from, List<Listeners> to, Optional<String> fqdn) {
    PortSet ports = PortSet.EMPTY;
    Set<String> rules = new LinkedHashSet<>();
    Optional<Flow> witness = Optional.empty();
    for (Permit permit : permits(from, to)) {
      boolean named = fqdn.isEmpty() || permit.fqdn().isEmpty() || permit.fqdn().equals(fqdn);
      Optional<Flow> flow = named ? subject.witnesses().flow(permit) : Optional.empty();
      if (flow.isPresent()) {
        ports = ports.union(permit.usablePorts());
        rules.add(permit.rule());
        witness = witness.or(() -> flow);
      }
    }
    boolean conditional = !rules.isEmpty() && limiting.containsAll(rules);
    List<Reach.Way> ways = ways(from, to);
    return new Reach(ports, List.copyOf(rules), conditional, witness, ways);
  }

  private List<Permit> permits(List<Senders> from, List<Listeners> to) {
    List<Permit> out = new ArrayList<>();
    for (Senders senders : from) {
      for (Listeners listeners : to) {
        for (Permit permit : index.between(senders.addresses(), listeners.addresses())) {
          part(permit, senders, listeners).ifPresent(out::add);
        }
      }
    }
    return out;
  }

  private static Optional<Permit> part(Permit permit, Senders from, Listeners to) {
    return permit.sentBy(from).flatMap(p -> p.arrivingAt(to));
  }

  private List<Reach.Way> ways(List<Senders> from, List<Listeners> to) {
    List<Reach.Way> out = new ArrayList<>();
    for (AccessRule rule : subject.rules()) {
      if (rule.through().isPresent()) {
        Optional<Flow> entry = leg(rule, Permit.Leg.TO_GATEWAY, from, List.of(ANYWHERE));
        Optional<Flow> exit =
            leg(rule, Permit.Leg.FROM_GATEWAY, List.of(Senders.at(AddressSet.ALL)), to);
        if (entry.isPresent() && exit.isPresent()) {
          String gateway = rule.through().get();
          out.add(new Reach.Way(gateway, rule.name(), entry.get(), exit.get()));
        }
      }
    }
    return out;
  }

  private Optional<Flow> leg(
      AccessRule rule, Permit.Leg leg, List<Senders> from, List<Listeners> to) {
    for (Permit permit : subject.permitted().of(rule)) {
      if (permit.leg() == leg) {
        Optional<Flow> flow =
            from.stream()
                .flatMap(s -> to.stream().flatMap(l -> part(permit, s, l).stream()))
                .flatMap(p -> subject.witnesses().flow(p).stream())
                .findFirst();
        if (flow.isPresent()) {
          return flow;
        }
      }
    }
    return Optional.empty();
  }
}
