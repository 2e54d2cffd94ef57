package io.ringfence.verifier.subject;

import io.ringfence.model.AddressSet;
import io.ringfence.model.Directory;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Listeners;
import io.ringfence.model.Place;
import io.ringfence.model.PortSet;
import io.ringfence.model.Senders;
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

  /** Who sends from any of the ends. */
  public List<Senders> senders(List<Endpoint> ends) {
    return ends.stream()
        .flatMap(e -> directory.guardrailSenders(e.place()).stream())
        .distinct()
        .toList();
  }

  /** Every flow from these. */
  public List<Permit> outOf(String name, SourceLocation at, List<Senders> from) {
    Listeners anywhere = new Listeners(AddressSet.ALL, PortSet.ALL);
    return from.stream().map(s -> box(name, at, s, anywhere, Optional.empty())).toList();
  }

  /** The flows from these addresses to the ends, at the ends' ports. */
  public List<Permit> into(String name, SourceLocation at, AddressSet from, List<Endpoint> ends) {
    return into(name, at, List.of(Senders.at(from)), ends);
  }

  /** The flows from these to the ends, at the ends' ports. */
  public List<Permit> into(
      String name, SourceLocation at, List<Senders> from, List<Endpoint> ends) {
    List<Permit> out = new ArrayList<>();
    for (Endpoint end : ends) {
      Optional<String> fqdn =
          end.place() instanceof Place.OfFqdn place ? Optional.of(place.fqdn()) : Optional.empty();
      for (Listeners to : listeners(end)) {
        from.forEach(s -> out.add(box(name, at, s, to, fqdn)));
      }
    }
    return out;
  }

  private List<Listeners> listeners(Endpoint end) {
    return switch (end.ports()) {
      case Endpoint.Ports.Any p -> directory.guardrailListeners(end.place(), PortSet.ALL);
      case Endpoint.Ports.Explicit p -> directory.guardrailListeners(end.place(), p.ports());
      case Endpoint.Ports.OfService p -> {
        List<Listeners> out = new ArrayList<>();
        AddressSet to = directory.guardrailAddresses(end.place());
        for (Workload workload : directory.workloads(end.place())) {
          Service service = workload.services().get(p.service());
          if (service != null) {
            AddressSet own = directory.addresses(workload).intersect(to);
            out.add(new Listeners(own, service.ports()));
          }
        }
        yield out;
      }
    };
  }

  private static Permit box(
      String name, SourceLocation at, Senders from, Listeners to, Optional<String> fqdn) {
    return new Permit(
        name,
        Permit.Leg.DIRECT,
        from.addresses(),
        to.addresses(),
        fqdn,
        to.ports(),
        from.users(),
        at);
  }
}
