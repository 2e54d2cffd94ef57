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

  /** By the rule and where its ends begin: large sets are many, and compared only when alike. */
  @Override
  public int hashCode() {
    return (31 * rule.hashCode() + begin(from)) * 31 + begin(to);
  }

  private static int begin(AddressSet set) {
    return set.isEmpty() ? 0 : set.ranges().getFirst().hashCode();
  }

  /** A box of flows that no rule stands for. */
  public static Permit box(AddressSet from, AddressSet to, PortSet ports) {
    return new Permit("", Leg.DIRECT, from, to, Optional.empty(), ports, SourceLocation.BUILT_IN);
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
    return part(from.intersect(sources), destinations, PortSet.ALL, UserSet.ALL, fqdn);
  }

  /** The part that a workload sends; absent when there is none. */
  public Optional<Permit> sentBy(Senders senders) {
    AddressSet sources = from.intersect(senders.addresses());
    return part(sources, AddressSet.ALL, PortSet.ALL, senders.users(), fqdn);
  }

  /** The part that arrives at one of these; absent when there is none. */
  public Optional<Permit> arrivingAt(Listeners listeners) {
    return part(from, listeners.addresses(), listeners.ports(), UserSet.ALL, fqdn);
  }

  /** Whether there is a part that another box has too. */
  public boolean meets(Permit box) {
    boolean apart = fqdn.isPresent() && box.fqdn.isPresent() && !fqdn.equals(box.fqdn);
    if (apart || users.intersect(box.users).isEmpty()) {
      return false;
    }
    for (Family family : Family.values()) {
      if (ports.overlaps(box.ports, family)
          && from.overlaps(box.from, family)
          && to.overlaps(box.to, family)) {
        return true;
      }
    }
    return false;
  }

  /** The part that another box has too; absent when there is none. */
  public Optional<Permit> intersect(Permit box) {
    boolean apart = fqdn.isPresent() && box.fqdn.isPresent() && !fqdn.equals(box.fqdn);
    if (apart) {
      return Optional.empty();
    }
    return part(from.intersect(box.from), box.to, box.ports, box.users, fqdn.or(box::fqdn));
  }

  /** Most parts that are asked for are empty at one end, so the ends are made one by one. */
  private Optional<Permit> part(
      AddressSet sources,
      AddressSet destinations,
      PortSet those,
      UserSet some,
      Optional<String> name) {
    AddressSet goals = sources.isEmpty() ? AddressSet.EMPTY : to.intersect(destinations);
    if (goals.isEmpty()) {
      return Optional.empty();
    }
    Permit part =
        new Permit(
            rule, leg, sources, goals, name, ports.intersect(those), users.intersect(some), at);
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
      if (from.hasAny(family) && to.hasAny(family)) {
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
      if (from.hasAny(family) && to.hasAny(family) && ports.hasAny(family)) {
        return false;
      }
    }
    return true;
  }
}
