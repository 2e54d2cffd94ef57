package io.ringfence.gateway.serve;

import io.ringfence.gateway.exchange.Caller;
import io.ringfence.model.AccessRule;
import io.ringfence.model.Address;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Place;
import io.ringfence.model.Workload;
import java.util.HashMap;
import java.util.Map;

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

  /** The caller at where it sends from: as its socket says, unless that is loopback. */
  Caller placed(Caller caller) {
    return isLoopback(caller.source())
        ? new Caller(
            caller.principal(), caller.name(), place(caller), caller.scope(), caller.facts())
        : caller;
  }

  private Address place(Caller caller) {
    return caller
        .principal()
        .identity()
        .map(byIdentity::get)
        .or(() -> caller.scope().tenant().map(t -> byTenant.get(t.name())))
        .orElse(caller.source());
  }
}
