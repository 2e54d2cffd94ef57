package io.ringfence.gateway.policy;

import io.ringfence.model.Address;
import io.ringfence.model.AddressRange;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Directory;
import io.ringfence.model.Gateway;
import io.ringfence.model.Request;
import io.ringfence.model.Workload;
import java.util.HashSet;
import java.util.Set;

/**
 * Where an address does not say which workload is there, since processes share it. What concerns
 * such a place is not compiled but decided by the reference itself.
 */
final class ProcessHosts {
  private final Set<Address> shared = new HashSet<>();
  private final Set<String> gateways = new HashSet<>();

  ProcessHosts(Directory directory) {
    for (Workload workload : directory.blueprint().workloads().values()) {
      if (workload.process().isPresent()) {
        addAll(directory.addresses(workload));
      }
    }
    for (Gateway gateway : directory.blueprint().gateways().values()) {
      Workload own = directory.blueprint().workloads().get(gateway.name());
      boolean within =
          shared.stream().anyMatch(directory.addresses(own)::contains)
              || gateway.listen().values().stream().anyMatch(b -> shared.contains(b.address()));
      if (within) {
        gateways.add(gateway.name());
      }
    }
  }

  private void addAll(AddressSet set) {
    for (AddressRange range : set.ranges()) {
      for (Address a = range.first(); range.contains(a); a = a.next()) {
        shared.add(a);
      }
    }
  }

  /** Whether one end of a request, or its gateway, is at such a place. */
  boolean concern(Request request) {
    return !shared.isEmpty()
        && (shared.contains(request.source())
            || shared.contains(request.destination())
            || gateways.contains(request.gateway()));
  }
}
