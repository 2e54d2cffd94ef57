package io.ringfence.targets.nftables;

import io.ringfence.model.Host;
import io.ringfence.model.Router;
import io.ringfence.model.Topology;
import java.util.ArrayList;
import java.util.List;

/** The machine that a ruleset is for. */
public sealed interface Placement {
  /** A machine that holds workloads; its ruleset is the flows with it at an end. */
  record AtHost(Host host) implements Placement {}

  /** A machine that forwards for segments; its ruleset is the flows that cross it. */
  record AtRouter(Router router) implements Placement {}

  /** Every machine there is: the hosts, then the routers, in the blueprint's order. */
  static List<Placement> all(Topology topology) {
    List<Placement> out = new ArrayList<>();
    topology.hosts().values().forEach(h -> out.add(new AtHost(h)));
    topology.routers().values().forEach(r -> out.add(new AtRouter(r)));
    return List.copyOf(out);
  }

  default String name() {
    return switch (this) {
      case AtHost at -> at.host().name();
      case AtRouter at -> at.router().name();
    };
  }
}
