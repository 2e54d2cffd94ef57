package io.ringfence.model;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Something with addresses and, if it has one, an identity.
 *
 * @param identity its SPIFFE ID
 * @param engine its entry in the {@link EngineCatalogue}
 * @param services what it listens with, by name: the engine's and its own
 */
public record Workload(
    String name,
    String segment,
    List<Address> addresses,
    WorkloadKind kind,
    Optional<String> identity,
    Map<String, String> labels,
    Optional<String> engine,
    Map<String, Service> services,
    SourceLocation at) {
  public Workload {
    addresses = List.copyOf(addresses);
    labels = Collections.unmodifiableMap(new TreeMap<>(labels));
    services = Collections.unmodifiableMap(new TreeMap<>(services));
  }
}
