package io.ringfence.targets.nftables;

import io.ringfence.model.AddressSet;
import io.ringfence.model.Host;
import io.ringfence.model.PortSet;
import io.ringfence.model.Router;
import io.ringfence.model.Segment;
import io.ringfence.targets.nftables.read.Situation.Hook;
import io.ringfence.verifier.NetworkProjection;
import io.ringfence.verifier.Permit;
import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.flows.FlowSpace;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The gates of a machine, by every interface that its ruleset or the blueprint names. */
final class Gates {
  private static final String UNNAMED = "other";

  private final NetworkProjection projection;
  private final FlowSpace space;
  private final Set<String> interfaces;
  private final List<Gate> gates = new ArrayList<>();

  /**
   * @param named the interfaces that the ruleset names
   */
  Gates(NetworkProjection projection, FlowSpace space, Set<String> named) {
    this.projection = projection;
    this.space = space;
    this.interfaces = new LinkedHashSet<>(named);
  }

  List<Gate> of(Placement placement) {
    switch (placement) {
      case Placement.AtHost at -> addHost(at.host());
      case Placement.AtRouter at -> addRouter(at.router());
    }
    return List.copyOf(gates);
  }

  /** Every interface, and one that nobody names. */
  private List<String> everyInterface() {
    String unnamed = UNNAMED;
    while (interfaces.contains(unnamed)) {
      unnamed += "-";
    }
    List<String> out = new ArrayList<>(interfaces);
    out.add(unnamed);
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
    FlowSet into = space.of(projection.into(host));
    FlowSet outOf = space.of(projection.outOf(host));
    FlowSet both = into.union(outOf);
    FlowSet none = space.empty();
    for (String name : everyInterface()) {
      gates.add(new Gate(Hook.INPUT, name, "", into, outOf, both, none, from(others), to(others)));
      gates.add(new Gate(Hook.OUTPUT, "", name, outOf, into, both, none, from(own), to(own)));
      addNoForwarding(name);
    }
  }

  private void addNoForwarding(String in) {
    FlowSet none = space.empty();
    for (String out : everyInterface()) {
      gates.add(new Gate(Hook.FORWARD, in, out, none, none, none, none, none, none));
    }
  }

  private void addRouter(Router router) {
    interfaces.addAll(router.interfaces().values());
    AddressSet own = AddressSet.ofAddresses(router.addresses());
    FlowSet across = space.of(projection.across(router));
    FlowSet into = space.of(between(own.complement(), own));
    FlowSet outOf = space.of(between(own, own.complement()));
    FlowSet both = into.union(outOf);
    FlowSet none = space.empty();
    for (String in : everyInterface()) {
      AddressSet zone = zone(router, in);
      AddressSet foreign = zone.minus(own);
      for (String out : everyInterface()) {
        gates.add(
            new Gate(
                Hook.FORWARD,
                in,
                out,
                across.intersect(from(zone)),
                across.intersect(to(zone)),
                across,
                none,
                from(zone),
                to(zone)));
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
      gates.add(
          new Gate(
              Hook.OUTPUT, "", in, outOf, into, both.union(across), across, from(own), to(own)));
    }
  }

  private List<Permit> between(AddressSet sources, AddressSet destinations) {
    return projection.permits().stream()
        .flatMap(p -> p.between(sources, destinations).stream())
        .toList();
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
