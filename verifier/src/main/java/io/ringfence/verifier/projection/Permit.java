package io.ringfence.verifier.projection;

import io.ringfence.model.AddressSet;
import io.ringfence.model.Family;
import io.ringfence.model.Flow;
import io.ringfence.model.Listeners;
import io.ringfence.model.PortSet;
import io.ringfence.model.Senders;
import io.ringfence.model.SourceLocation;
import io.ringfence.model.UserSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A box of flows that one rule permits at the network layer: every source, every destination, every
 * port.
 *
 * @param fqdn when given, only the part of {@code to} that the resolvers answer for this name
 * @param users the owners of the sockets that send; everybody where processes are not told apart
 * @param at where the rule stands
 */
public record Permit(
    String rule,
    Leg leg,
    AddressSet from,
    AddressSet to,
    Optional<String> fqdn,
    PortSet ports,
    UserSet users,
    SourceLocation at) {
  /** Which part of a rule's way a permit is. */
  public enum Leg {
    /** The whole way, of a rule through no gateway. */
    DIRECT,
    TO_GATEWAY,
    FROM_GATEWAY
  }

  /** One from everybody at its sources. */
  public Permit(
      String rule,
      Leg leg,
      AddressSet from,
      AddressSet to,
      Optional<String> fqdn,
      PortSet ports,
      SourceLocation at) {
    this(rule, leg, from, to, fqdn, ports, UserSet.ALL, at);
  }

  /** The same for all users: what it is where the owner of a socket cannot be seen. */
  public Permit byAnyone() {
    return users.isAll() ? this : by(UserSet.ALL);
  }

  /** The same between any of these addresses, at the ports that fit it now. */
  Permit anyOf(AddressSet addresses) {
    return new Permit(rule, leg, addresses, addresses, fqdn, usablePorts(), users, at);
  }

  /** The same, permitted by another rule. */
  public Permit of(String other) {
    return new Permit(other, leg, from, to, fqdn, ports, users, at);
  }

  private Permit by(UserSet some) {
    return new Permit(rule, leg, from, to, fqdn, ports, some, at);
  }

  /** The part between these ends; absent when there is none in any one family. */
  public Optional<Permit> between(AddressSet sources, AddressSet destinations) {
    Permit part =
        new Permit(
            rule, leg, from.intersect(sources), to.intersect(destinations), fqdn, ports, users, at);
    return part.isEmpty() ? Optional.empty() : Optional.of(part);
  }

  /** The part that a workload sends; absent when there is none. */
  public Optional<Permit> sentBy(Senders senders) {
    Permit part =
        new Permit(
            rule,
            leg,
            from.intersect(senders.addresses()),
            to,
            fqdn,
            ports,
            users.intersect(senders.users()),
            at);
    return part.isEmpty() ? Optional.empty() : Optional.of(part);
  }

  /** The part that arrives at one of these; absent when there is none. */
  public Optional<Permit> arrivingAt(Listeners listeners) {
    AddressSet goals = to.intersect(listeners.addresses());
    PortSet those = ports.intersect(listeners.ports());
    Permit part = new Permit(rule, leg, from, goals, fqdn, those, users, at);
    return part.isEmpty() ? Optional.empty() : Optional.of(part);
  }

  /** The part that another box has too; absent when there is none. */
  public Optional<Permit> intersect(Permit box) {
    boolean apart = fqdn.isPresent() && box.fqdn.isPresent() && !fqdn.equals(box.fqdn);
    if (apart) {
      return Optional.empty();
    }
    Permit part =
        new Permit(
            rule,
            leg,
            from.intersect(box.from),
            to.intersect(box.to),
            fqdn.or(box::fqdn),
            ports.intersect(box.ports),
            users.intersect(box.users),
            at);
    return part.isEmpty() ? Optional.empty() : Optional.of(part);
  }

  /**
   * The parts that another box has not, disjoint.
   *
   * <p>What is not answered for a name is no box: where the other box has a name that this one has
   * not, nothing is taken out.
   */
  public List<Permit> minus(Permit box) {
    boolean named = box.fqdn.isPresent() && !box.fqdn.equals(fqdn);
    if (named || intersect(box).isEmpty()) {
      return List.of(this);
    }
    List<Permit> out = new ArrayList<>();
    AddressSet bothFrom = from.intersect(box.from);
    AddressSet bothTo = to.intersect(box.to);
    out.add(new Permit(rule, leg, from.minus(box.from), to, fqdn, ports, users, at));
    out.add(new Permit(rule, leg, bothFrom, to.minus(box.to), fqdn, ports, users, at));
    out.add(new Permit(rule, leg, bothFrom, bothTo, fqdn, ports.minus(box.ports), users, at));
    PortSet bothPorts = ports.intersect(box.ports);
    UserSet others = users.minus(box.users);
    out.add(new Permit(rule, leg, bothFrom, bothTo, fqdn, bothPorts, others, at));
    out.removeIf(Permit::isEmpty);
    return out;
  }

  public boolean contains(Flow flow) {
    return from.contains(flow.source())
        && to.contains(flow.destination())
        && ports.contains(flow.protocol(), flow.port())
        && users.contains(flow.user())
        && (fqdn.isEmpty() || fqdn.equals(flow.fqdn()));
  }

  /** The ports at which packets of some family fit. */
  public PortSet usablePorts() {
    PortSet out = PortSet.EMPTY;
    for (Family family : Family.values()) {
      if (!from.ofFamily(family).isEmpty() && !to.ofFamily(family).isEmpty()) {
        out = out.union(ports.ofFamily(family));
      }
    }
    return out;
  }

  /** True when no packet fits: an end or the ports are empty, or the ends share no family. */
  public boolean isEmpty() {
    if (users.isEmpty()) {
      return true;
    }
    for (var family : Family.values()) {
      if (!from.ofFamily(family).isEmpty()
          && !to.ofFamily(family).isEmpty()
          && !ports.ofFamily(family).isEmpty()) {
        return false;
      }
    }
    return true;
  }
}
