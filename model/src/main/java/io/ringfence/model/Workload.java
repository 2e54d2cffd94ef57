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
 * @param process the process it is, if it may share its addresses with others on its host
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
    Optional<HostUser> process,
    SourceLocation at) {
  public Workload {
    addresses = List.copyOf(addresses);
    labels = Collections.unmodifiableMap(new TreeMap<>(labels));
    services = Collections.unmodifiableMap(new TreeMap<>(services));
  }

  /** One that has its addresses for itself. */
  public Workload(
      String name,
      String segment,
      List<Address> addresses,
      WorkloadKind kind,
      Optional<String> identity,
      Map<String, String> labels,
      Optional<String> engine,
      Map<String, Service> services,
      SourceLocation at) {
    this(name, segment, addresses, kind, identity, labels, engine, services, Optional.empty(), at);
  }

  /** The ports of all its services. */
  public PortSet ports() {
    return PortSet.union(services.values().stream().map(Service::ports).toList());
  }

  /** Who sends for it: the user that it runs as, or whoever is at its addresses. */
  public UserSet users() {
    return process.map(p -> UserSet.of(p.user())).orElse(UserSet.ALL);
  }

  /** Whether what comes to its addresses at this port is for it. */
  public boolean takes(Protocol protocol, int port) {
    return process.isEmpty()
        || services.values().stream().anyMatch(s -> s.ports().contains(protocol, port));
  }
}
