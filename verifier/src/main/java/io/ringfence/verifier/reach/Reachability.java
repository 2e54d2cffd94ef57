package io.ringfence.verifier.reach;

import io.ringfence.model.AccessRule;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Flow;
import io.ringfence.model.Listeners;
import io.ringfence.model.Place;
import io.ringfence.model.PortSet;
import io.ringfence.model.Senders;
import io.ringfence.verifier.projection.Permit;
import io.ringfence.verifier.projection.PermitIndex;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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
    this.index = subject.permitted().index();
    for (AccessRule rule : subject.rules()) {
      if (rule.limitsOperations()) {
        limiting.add(rule.name());
      }
    }
  }

  /**
   * Where flows come from, looked up once.
   *
   * @param entries the way to a gateway of each rule that goes through one, in the rules' order
   */
  record From(List<Senders> senders, List<PermitIndex.Ends> ends, Map<String, Flow> entries) {}

  /**
   * Where flows go, looked up once.
   *
   * @param exits the way on from its gateway of each rule that goes through one
   */
  record To(List<Listeners> listeners, List<PermitIndex.Ends> ends, Map<String, Flow> exits) {}

  From from(List<Senders> senders) {
    List<PermitIndex.Ends> ends = senders.stream().map(s -> index.outOf(s.addresses())).toList();
    Map<String, Flow> entries = new LinkedHashMap<>();
    for (Permit permit : legs(ends, List.of(everywhere()), Permit.Leg.TO_GATEWAY)) {
      leg(permit, senders, List.of(ANYWHERE)).ifPresent(f -> entries.putIfAbsent(permit.rule(), f));
    }
    return new From(senders, ends, entries);
  }

  To to(List<Listeners> listeners) {
    List<PermitIndex.Ends> ends = listeners.stream().map(l -> index.into(l.addresses())).toList();
    Map<String, Flow> exits = new LinkedHashMap<>();
    List<Senders> anybody = List.of(Senders.at(AddressSet.ALL));
    for (Permit permit : legs(List.of(everywhere()), ends, Permit.Leg.FROM_GATEWAY)) {
      leg(permit, anybody, listeners).ifPresent(f -> exits.putIfAbsent(permit.rule(), f));
    }
    return new To(listeners, ends, exits);
  }

  private PermitIndex.Ends everywhere() {
    return index.outOf(AddressSet.ALL);
  }

  /** The permits of one kind between any of the ends, in the rules' order. */
  private List<Permit> legs(
      List<PermitIndex.Ends> from, List<PermitIndex.Ends> to, Permit.Leg leg) {
    return index.meeting(from, to).stream().filter(p -> p.leg() == leg).toList();
  }

  private Optional<Flow> leg(Permit permit, List<Senders> from, List<Listeners> to) {
    return from.stream()
        .flatMap(s -> to.stream().flatMap(l -> part(permit, s, l).stream()))
        .flatMap(p -> subject.witnesses().flow(p).stream())
        .findFirst();
  }

  /** A segment is every address of its networks; a name is where its resolvers point. */
  public Reach between(Place from, Place to) {
    Optional<String> fqdn =
        to instanceof Place.OfFqdn name ? Optional.of(name.fqdn()) : Optional.empty();
    return between(
        from(subject.directory().guardrailSenders(from)),
        to(subject.directory().guardrailListeners(to, PortSet.ALL)),
        fqdn);
  }

  public Reach between(AddressSet from, AddressSet to) {
    return between(from(List.of(Senders.at(from))), to(List.of(new Listeners(to, PortSet.ALL))));
  }

  Reach between(From from, To to) {
    return between(from, to, Optional.empty());
  }

  private Reach between(From from, To to, Optional<String> fqdn) {
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
    return new Reach(ports, List.copyOf(rules), conditional, witness, ways(from, to));
  }

  private List<Permit> permits(From from, To to) {
    List<Permit> out = new ArrayList<>();
    for (int i = 0; i < from.ends().size(); i++) {
      for (int j = 0; j < to.ends().size(); j++) {
        Senders senders = from.senders().get(i);
        Listeners listeners = to.listeners().get(j);
        for (Permit permit : index.meeting(from.ends().get(i), to.ends().get(j))) {
          part(permit, senders, listeners).ifPresent(out::add);
        }
      }
    }
    return out;
  }

  private static Optional<Permit> part(Permit permit, Senders from, Listeners to) {
    return permit.sentBy(from).flatMap(p -> p.arrivingAt(to));
  }

  private List<Reach.Way> ways(From from, To to) {
    List<Reach.Way> out = new ArrayList<>();
    from.entries()
        .forEach(
            (name, entry) -> {
              Flow exit = to.exits().get(name);
              if (exit != null) {
                String gateway =
                    subject.directory().rule(name).orElseThrow().through().orElseThrow();
                out.add(new Reach.Way(gateway, name, entry, exit));
              }
            });
    return out;
  }
}
