package io.ringfence.gateway.serve;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Address;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Place;
import io.ringfence.model.Principal;
import io.ringfence.model.Tenant;
import io.ringfence.model.Workload;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where callers on loopback send from, in a run on one machine ({@code --listen}): from where the
 * blueprint places who they prove to be. Nobody else's source is ever taken for another.
 */
final class LocalSources {
  private final Map<String, Address> byIdentity = new HashMap<>();
  private final Map<String, Address> byTenant = new HashMap<>();

  LocalSources(Directory directory, String gateway) {
    Blueprint blueprint = directory.blueprint();
    for (Workload workload : blueprint.workloads().values()) {
      workload
          .identity()
          .ifPresent(id -> byIdentity.putIfAbsent(id, workload.addresses().getFirst()));
    }
    for (AccessRule rule : blueprint.access()) {
      if (rule.through().filter(gateway::equals).isPresent()) {
        rule.from().forEach(end -> add(end, directory));
      }
    }
  }

  private void add(Endpoint end, Directory directory) {
    if (end.place() instanceof Place.OfTenant of) {
      directory.workloads(of.at()).stream()
          .findFirst()
          .ifPresent(w -> byTenant.putIfAbsent(of.tenant(), w.addresses().getFirst()));
    }
  }

  static boolean isLoopback(Address address) {
    return switch (address.family()) {
      case IPV4 -> address.low() >>> 24 == 127;
      case IPV6 -> address.high() == 0 && address.low() == 1;
    };
  }

  /** Where the caller sends from: as its socket says, unless that is loopback. */
  Address of(Address source, Principal principal, Optional<Tenant> tenant) {
    if (!isLoopback(source)) {
      return source;
    }
    return principal
        .identity()
        .map(byIdentity::get)
        .or(() -> tenant.map(t -> byTenant.get(t.name())))
        .orElse(source);
  }
}
