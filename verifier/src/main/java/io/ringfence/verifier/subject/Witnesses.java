package io.ringfence.verifier.subject;

import io.ringfence.model.Address;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Directory;
import io.ringfence.model.Family;
import io.ringfence.model.Flow;
import io.ringfence.model.PortRange;
import io.ringfence.model.PortSet;
import io.ringfence.model.Protocol;
import io.ringfence.model.UserSet;
import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.flows.FlowSpace;
import io.ringfence.verifier.projection.Permit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Picks the one flow that shows a set: between workloads where it can, else documentation
 * addresses; TCP, then UDP, then echo; the lowest numbers. Never one within a machine.
 */
public final class Witnesses {
  private static final List<PortSet> FAMILIAR =
      List.of(
          PortSet.parse("1-65535/tcp"),
          PortSet.parse("1-65535/udp"),
          PortSet.parse("icmp/echo-request"));

  private final Hosts hosts;
  private final List<AddressSet> wanted;

  Witnesses(Directory directory, Hosts hosts) {
    this.hosts = hosts;
    this.wanted =
        List.of(directory.claimed(), FlowSpace.DOCUMENTATION.intersect(directory.internet()));
  }

  /** A flow of the box; none when each is within one machine. */
  public Optional<Flow> flow(Permit box) {
    return hosts.inside(box).stream().flatMap(p -> ofPart(p).stream()).findFirst();
  }

  /** Whether the box has a flow between two machines. */
  public boolean any(Permit box) {
    return !hosts.tellProcessesApart() && anyBetweenFirst(box) || flow(box).isPresent();
  }

  /** Mostly the first addresses of the two ends are on two machines. */
  private boolean anyBetweenFirst(Permit box) {
    for (Family family : Family.values()) {
      if (box.ports().hasAny(family) && box.from().hasAny(family) && box.to().hasAny(family)) {
        Address from = first(box.from().ofFamily(family));
        if (!hosts.with(from).contains(first(box.to().ofFamily(family)))) {
          return true;
        }
      }
    }
    return false;
  }

  private Optional<Flow> ofPart(Permit box) {
    for (Family family : Family.values()) {
      AddressSet from = box.from().ofFamily(family);
      AddressSet to = box.to().ofFamily(family);
      PortSet ports = box.ports().ofFamily(family);
      if (!from.isEmpty() && !to.isEmpty() && !ports.isEmpty()) {
        Optional<Flow> flow = flow(from, to, ports, box.fqdn());
        if (flow.isPresent()) {
          return flow.map(f -> f.by(user(box)));
        }
      }
    }
    return Optional.empty();
  }

  /** Nobody in particular where everybody is meant. */
  private static OptionalLong user(Permit box) {
    long first = box.users().ranges().getFirst().first();
    return box.users().isAll() || first == UserSet.NOBODY
        ? OptionalLong.empty()
        : OptionalLong.of(first);
  }

  private Optional<Flow> flow(
      AddressSet from, AddressSet to, PortSet ports, Optional<String> fqdn) {
    for (AddressSet sources : choices(from)) {
      for (AddressSet goals : choices(to)) {
        Optional<Flow> flow = apart(sources, goals, ports, fqdn);
        if (flow.isPresent()) {
          return flow;
        }
      }
    }
    return Optional.empty();
  }

  /** The wanted parts of a set, then the whole. */
  private List<AddressSet> choices(AddressSet set) {
    List<AddressSet> out = new ArrayList<>();
    for (AddressSet want : wanted) {
      AddressSet part = set.intersect(want);
      if (!part.isEmpty()) {
        out.add(part);
      }
    }
    out.add(set);
    return out;
  }

  /** If all goals are on the first source's machine, any source on another one will do. */
  private Optional<Flow> apart(
      AddressSet from, AddressSet to, PortSet ports, Optional<String> fqdn) {
    AddressSet machine = hosts.with(first(from));
    AddressSet elsewhere = to.minus(machine);
    if (!elsewhere.isEmpty()) {
      return Optional.of(flow(first(from), first(elsewhere), ports, fqdn));
    }
    AddressSet others = from.minus(machine);
    return others.isEmpty()
        ? Optional.empty()
        : Optional.of(flow(first(others), first(to), ports, fqdn));
  }

  private static Address first(AddressSet set) {
    return set.ranges().getFirst().first();
  }

  private static Flow flow(Address from, Address to, PortSet ports, Optional<String> fqdn) {
    PortRange range = familiar(ports);
    Protocol protocol = range.protocol();
    boolean ported = protocol.hasPorts() || protocol.isIcmp();
    return new Flow(from, to, protocol, ported ? range.first() : 0, fqdn);
  }

  private static PortRange familiar(PortSet ports) {
    for (PortSet familiar : FAMILIAR) {
      PortSet part = ports.intersect(familiar);
      if (!part.isEmpty()) {
        return part.ranges().getFirst();
      }
    }
    return ports.ranges().getFirst();
  }

  /** A flow of the set; none when each is within one machine. */
  public Optional<Flow> flow(FlowSet set) {
    FlowSet rest = set;
    Optional<Flow> witness = rest.witness();
    while (witness.isPresent() && hosts.outside(witness.get())) {
      AddressSet machine = hosts.with(witness.get().source());
      rest = rest.minus(set.space().box(machine, machine, PortSet.ALL));
      rest = rest.minus(set.space().of(hosts.outsideAround(witness.get())));
      witness = rest.witness();
    }
    return witness;
  }

  /** True when some flow of the set is between two machines. */
  public boolean any(FlowSet set) {
    return flow(set).isPresent();
  }
}
