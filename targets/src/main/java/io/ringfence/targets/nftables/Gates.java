package io.ringfence.targets.nftables;

import io.ringfence.model.AddressSet;
import io.ringfence.model.Host;
import io.ringfence.model.PortSet;
import io.ringfence.model.Router;
import io.ringfence.model.Segment;
import io.ringfence.model.UserSet;
import io.ringfence.model.Workload;
import io.ringfence.targets.nftables.read.Situation;
import io.ringfence.targets.nftables.read.Situation.Hook;
import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.flows.FlowSpace;
import io.ringfence.verifier.projection.NetworkProjection;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The gates of a machine, by every interface that its ruleset or the blueprint names. */
final class Gates {
  private static final String UNNAMED = "other";

  private final NetworkProjection projection;
  private final Permitted permitted;
  private final FlowSpace space;
  private final Set<String> ins;
  private final Set<String> outs;
  private final List<Gate> gates = new ArrayList<>();

  /**
   * Gates of what is permitted, or of a part of it.
   *
   * @param ins the interfaces that a ruleset tells apart as what packets come in by
   */
  Gates(
      NetworkProjection projection,
      Permitted permitted,
      FlowSpace space,
      Set<String> ins,
      Set<String> outs) {
    this.projection = projection;
    this.permitted = permitted;
    this.space = space;
    this.ins = new LinkedHashSet<>(ins);
    this.outs = new LinkedHashSet<>(outs);
  }

  List<Gate> of(Placement placement) {
    switch (placement) {
      case Placement.AtHost at -> addHost(at.host());
      case Placement.AtRouter at -> addRouter(at.router());
    }
    return List.copyOf(gates);
  }

  /** Those, and one that is not among them. */
  private static List<String> andAnother(Set<String> interfaces) {
    String another = UNNAMED;
    while (interfaces.contains(another)) {
      another += "-";
    }
    List<String> out = new ArrayList<>(interfaces);
    out.add(another);
    return out;
  }

  private FlowSet from(AddressSet addresses) {
    return space.box(addresses, AddressSet.ALL, PortSet.ALL);
  }

  private FlowSet to(AddressSet addresses) {
    return space.box(AddressSet.ALL, addresses, PortSet.ALL);
  }

  private void addHost(Host host) {
    AddressSet own = AddressSet.ofAddresses(host.addresses());
    AddressSet others = own.complement();
    FlowSet into = space.of(permitted.into());
    FlowSet outOf = space.of(permitted.outOf());
    FlowSet both = into.union(outOf);
    FlowSet none = space.empty();
    boolean byOwner = !projection.directory().processes(host).isEmpty();
    // A reply does not say whose socket it is for; the mark of its connection does.
    FlowSet answered = byOwner ? none : outOf;
    for (String in : andAnother(ins)) {
      gates.add(
          new Gate(
              Hook.INPUT,
              in,
              "",
              into,
              answered,
              outOf,
              both,
              none,
              from(others),
              to(others),
              false));
      for (String out : andAnother(outs)) {
        gates.add(new Gate(Hook.FORWARD, in, out, none, none, none, none, none, none));
      }
    }
    for (String out : andAnother(outs)) {
      gates.add(
          new Gate(
              Hook.OUTPUT, "", out, outOf, into, into, both, none, from(own), to(own), byOwner));
    }
    if (byOwner) {
      FlowSet local = local(host);
      FlowSet all = space.all();
      gates.add(
          new Gate(
              Hook.OUTPUT, "", Situation.LOOPBACK, local, none, local, none, none, all, all, true));
    }
  }

  /** What may stay on a host that tells processes apart, whatever addresses it bears. */
  private FlowSet local(Host host) {
    List<Workload> processes = projection.directory().processes(host);
    PortSet ports = PortSet.union(processes.stream().map(Workload::ports).toList());
    UserSet users = processes.stream().map(Workload::users).reduce(UserSet.EMPTY, UserSet::union);
    List<FlowSet> out = new ArrayList<>();
    out.add(anywhere(PortSet.ALL.minus(ports), users.complement()));
    processes.forEach(w -> out.add(anywhere(w.ports(), w.users())));
    projection.within(host).forEach(p -> out.add(anywhere(p.usablePorts(), p.users())));
    return space.union(out);
  }

  private FlowSet anywhere(PortSet ports, UserSet users) {
    return space.box(AddressSet.ALL, AddressSet.ALL, ports, users);
  }

  private void addRouter(Router router) {
    ins.addAll(router.interfaces().values());
    AddressSet own = AddressSet.ofAddresses(router.addresses());
    FlowSet across = space.of(permitted.across());
    FlowSet into = space.of(permitted.into());
    FlowSet outOf = space.of(permitted.outOf());
    FlowSet both = into.union(outOf);
    FlowSet none = space.empty();
    for (String in : andAnother(ins)) {
      AddressSet zone = zone(router, in);
      AddressSet foreign = zone.minus(own);
      for (String out : andAnother(outs)) {
        gates.add(
            new Gate(
                Hook.FORWARD,
                in,
                out,
                across.intersect(from(foreign)),
                across.intersect(to(foreign)),
                across,
                none,
                from(foreign),
                to(foreign)));
      }
      gates.add(
          new Gate(
              Hook.INPUT,
              in,
              "",
              into.intersect(from(foreign)),
              outOf.intersect(to(foreign)),
              both,
              none,
              from(foreign),
              to(foreign)));
    }
    for (String out : andAnother(outs)) {
      gates.add(
          new Gate(
              Hook.OUTPUT, "", out, outOf, into, both.union(across), across, from(own), to(own)));
    }
  }

  /** The sources that belong to an interface: its segments', or all but the served ones. */
  private AddressSet zone(Router router, String name) {
    AddressSet faced = AddressSet.EMPTY;
    AddressSet served = AddressSet.EMPTY;
    for (var entry : router.interfaces().entrySet()) {
      Segment segment = projection.directory().blueprint().segments().get(entry.getKey());
      served = served.union(segment.addresses());
      faced = entry.getValue().equals(name) ? faced.union(segment.addresses()) : faced;
    }
    return faced.isEmpty() ? served.complement() : faced;
  }
}
