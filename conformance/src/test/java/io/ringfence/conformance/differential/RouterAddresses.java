package io.ringfence.conformance.differential;

import io.ringfence.model.Address;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Router;
import io.ringfence.model.Workload;
import io.ringfence.model.testing.Dice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Gives a router addresses of its own, which generated blueprints do not. */
public final class RouterAddresses {
  private static final List<Address> OUTSIDE =
      List.of(Address.parse("192.0.2.1"), Address.parse("2001:db8:ff::1"));

  private RouterAddresses() {}

  /** The blueprint in which the router is a workload of its segments too, and has others. */
  public static Blueprint added(Blueprint blueprint, Router router, Dice dice) {
    Set<Address> own = new LinkedHashSet<>(dice.some(OUTSIDE, 1, 2));
    List<Workload> there =
        blueprint.workloads().values().stream()
            .filter(w -> router.segments().contains(w.segment()))
            // A router tells no processes apart, so that it is not their host.
            .filter(w -> w.process().isEmpty())
            .toList();
    List<Address> claimed = new ArrayList<>();
    there.forEach(w -> claimed.addAll(w.addresses()));
    own.addAll(dice.some(claimed, 0, 2));
    Map<String, Router> routers = new LinkedHashMap<>(blueprint.routers());
    routers.put(
        router.name(),
        new Router(router.name(), router.interfaces(), List.copyOf(own), router.at()));
    return new Blueprint(
        blueprint.name(),
        blueprint.segments(),
        blueprint.workloads(),
        blueprint.resolvers(),
        blueprint.management(),
        blueprint.tenants(),
        blueprint.roles(),
        blueprint.gateways(),
        blueprint.access(),
        blueprint.egress(),
        blueprint.guardrails(),
        blueprint.tests(),
        blueprint.hosts(),
        routers,
        blueprint.links());
  }
}
