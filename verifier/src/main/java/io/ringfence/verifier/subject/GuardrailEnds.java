package io.ringfence.verifier.subject;

import io.ringfence.model.AddressSet;
import io.ringfence.model.Directory;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Place;
import io.ringfence.model.PortSet;
import io.ringfence.model.Service;
import io.ringfence.model.SourceLocation;
import io.ringfence.model.Workload;
import io.ringfence.verifier.projection.Permit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The boxes of flows that the ends of guardrails name: a segment is all of its networks. */
public final class GuardrailEnds {
  private final Directory directory;

  public GuardrailEnds(Directory directory) {
    this.directory = directory;
  }

  /** The addresses of all ends, ports aside. */
  public AddressSet addresses(List<Endpoint> ends) {
    AddressSet out = AddressSet.EMPTY;
    for (Endpoint end : ends) {
      out = out.union(directory.guardrailAddresses(end.place()));
    }
    return out;
  }

  /** Every flow from these addresses. */
  public Permit outOf(String name, SourceLocation at, AddressSet from) {
    return box(name, at, from, AddressSet.ALL, Optional.empty(), PortSet.ALL);
  }

  /** The flows from these addresses to the ends, at the ends' ports. */
  public List<Permit> into(String name, SourceLocation at, AddressSet from, List<Endpoint> ends) {
    List<Permit> out = new ArrayList<>();
    for (Endpoint end : ends) {
      AddressSet to = directory.guardrailAddresses(end.place());
      Optional<String> fqdn =
          end.place() instanceof Place.OfFqdn place ? Optional.of(place.fqdn()) : Optional.empty();
      switch (end.ports()) {
        case Endpoint.Ports.Any p -> out.add(box(name, at, from, to, fqdn, PortSet.ALL));
        case Endpoint.Ports.Explicit p -> out.add(box(name, at, from, to, fqdn, p.ports()));
        case Endpoint.Ports.OfService p -> {
          for (Workload workload : directory.workloads(end.place())) {
            Service service = workload.services().get(p.service());
            if (service != null) {
              AddressSet own = directory.addresses(workload).intersect(to);
              out.add(box(name, at, from, own, fqdn, service.ports()));
            }
          }
        }
      }
    }
    return out;
  }

  private static Permit box(
      String name,
      SourceLocation at,
      AddressSet from,
      AddressSet to,
      Optional<String> fqdn,
      PortSet ports) {
    return new Permit(name, Permit.Leg.DIRECT, from, to, fqdn, ports, at);
  }
}
