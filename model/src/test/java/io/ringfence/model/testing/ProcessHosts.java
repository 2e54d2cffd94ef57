package io.ringfence.model.testing;

import io.ringfence.model.Address;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Host;
import io.ringfence.model.HostUser;
import io.ringfence.model.PortSet;
import io.ringfence.model.Service;
import io.ringfence.model.Workload;
import io.ringfence.model.WorkloadKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Moves some workloads of a blueprint to one host that tells them apart by their users. */
public final class ProcessHosts {
  public static final String NAME = "processes";

  /** Users at both ends of what there can be, and neighbours. */
  private static final List<Long> USERS = List.of(1000L, 1001L, 1L, 4294967294L, 999L);

  private ProcessHosts() {}

  /** The blueprint with such a host; as it was where no segment has workloads for one. */
  public static Blueprint added(Blueprint blueprint, Dice dice) {
    Map<String, List<Workload>> bySegment =
        blueprint.workloads().values().stream()
            .filter(w -> w.kind() != WorkloadKind.GATEWAY && !isOnDeclaredHost(blueprint, w))
            .collect(
                Collectors.groupingBy(Workload::segment, LinkedHashMap::new, Collectors.toList()));
    if (bySegment.isEmpty()) {
      return blueprint;
    }
    List<Workload> candidates = dice.of(List.copyOf(bySegment.values()));
    List<Workload> chosen = dice.some(candidates, 1, Math.min(4, candidates.size()));
    Map<String, Workload> workloads = new LinkedHashMap<>(blueprint.workloads());
    Set<Address> own = new LinkedHashSet<>();
    PortSet taken = PortSet.EMPTY;
    int number = 0;
    for (Workload workload : chosen) {
      Set<Address> addresses = new LinkedHashSet<>(chosen.getFirst().addresses());
      if (dice.oneIn(3)) {
        addresses.addAll(workload.addresses());
      }
      own.addAll(addresses);
      Workload process = process(workload, addresses, taken, USERS.get(number++));
      taken = taken.union(process.ports());
      workloads.put(process.name(), process);
    }
    Map<String, Host> hosts = new LinkedHashMap<>(blueprint.hosts());
    hosts.put(NAME, new Host(NAME, List.copyOf(own), chosen.getFirst().at()));
    return with(blueprint, workloads, hosts);
  }

  private static boolean isOnDeclaredHost(Blueprint blueprint, Workload workload) {
    return blueprint.hosts().values().stream()
        .anyMatch(h -> h.addresses().stream().anyMatch(workload.addresses()::contains));
  }

  private static Workload process(
      Workload workload, Set<Address> addresses, PortSet taken, long user) {
    Map<String, Service> services = new LinkedHashMap<>();
    for (Service service : workload.services().values()) {
      PortSet free = service.ports().minus(taken);
      if (!free.isEmpty()) {
        services.put(
            service.name(),
            new Service(service.name(), free, service.audience(), service.encryption()));
      }
    }
    return new Workload(
        workload.name(),
        workload.segment(),
        new ArrayList<>(addresses),
        workload.kind(),
        workload.identity(),
        workload.labels(),
        workload.engine(),
        services,
        Optional.of(new HostUser(NAME, user)),
        workload.at());
  }

  private static Blueprint with(
      Blueprint blueprint, Map<String, Workload> workloads, Map<String, Host> hosts) {
    return new Blueprint(
        blueprint.name(),
        blueprint.segments(),
        workloads,
        blueprint.resolvers(),
        blueprint.management(),
        blueprint.tenants(),
        blueprint.roles(),
        blueprint.gateways(),
        blueprint.access(),
        blueprint.egress(),
        blueprint.guardrails(),
        blueprint.tests(),
        hosts,
        blueprint.routers(),
        blueprint.links());
  }
}
