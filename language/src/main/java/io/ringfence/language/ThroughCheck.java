package io.ringfence.language;

import io.ringfence.language.YamlNode.Scalar;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Gateway;
import io.ringfence.model.Place;
import io.ringfence.model.PortSet;
import io.ringfence.model.Selector;
import io.ringfence.model.Service;
import io.ringfence.model.SourceLocation;
import io.ringfence.model.Workload;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What holds of a rule that goes through a gateway. */
final class ThroughCheck {
  private final Reading reading;
  private final Map<String, Workload> workloads;
  private final Map<String, Gateway> gateways;
  private final Map<String, List<Workload>> bySegment = new HashMap<>();
  private final Map<Selector, List<Workload>> bySelector = new HashMap<>();

  ThroughCheck(Reading reading, Map<String, Workload> workloads, Map<String, Gateway> gateways) {
    this.reading = reading;
    this.workloads = workloads;
    this.gateways = gateways;
    workloads
        .values()
        .forEach(
            w -> bySegment.computeIfAbsent(w.segment(), k -> new java.util.ArrayList<>()).add(w));
  }

  void check(Scalar name, List<Endpoint> from, List<Endpoint> to) {
    if (!reading.names().has(Names.Kind.GATEWAY, name.text())) {
      noGateway(name);
      return;
    }
    from.forEach(this::identified);
    Optional.ofNullable(gateways.get(name.text())).ifPresent(g -> to.forEach(t -> behind(g, t)));
  }

  private void noGateway(Scalar name) {
    boolean workload = reading.names().has(Names.Kind.WORKLOAD, name.text());
    String message =
        workload
            ? "workload "
                + Said.quote(name.text())
                + " is no gateway; "
                + Said.instead(
                    name.text(), "declared", reading.names().declared(Names.Kind.GATEWAY))
            : Said.undeclared("gateway", name.text(), reading.names().declared(Names.Kind.GATEWAY));
    error(name.at(), message);
  }

  /** A gateway decides by who asks, so that everybody in {@code from} can say who it is. */
  private void identified(Endpoint from) {
    if (from.place() instanceof Place.OfTenant) {
      return;
    }
    if (from.place() instanceof Place.OfPrefix || from.place() instanceof Place.Internet) {
      error(
          from.at(),
          Said.quote(from.place().text())
              + " has no identity, which a gateway asks for; write { tenant: NAME, at: ... }");
      return;
    }
    List<Workload> nobodies =
        workloadsOf(from.place()).stream().filter(w -> w.identity().isEmpty()).toList();
    if (!nobodies.isEmpty()) {
      error(
          from.at(),
          (nobodies.size() == 1 ? "workload " : "workloads ")
              + Said.list(nobodies.stream().map(Workload::name).toList())
              + (nobodies.size() == 1 ? " has" : " have")
              + " no identity, which a gateway asks for; give `identity` at "
              + nobodies.getFirst().at()
              + ", or write { tenant: NAME, at: "
              + nobodies.getFirst().name()
              + " }");
    }
  }

  /** Whatever serves what the rule goes to stands behind the gateway. */
  private void behind(Gateway gateway, Endpoint to) {
    if (to.place() instanceof Place.OfPrefix) {
      error(to.at(), "a gateway stands in front of workloads; name them instead of addresses");
    }
    List<Workload> servers = workloadsOf(to.place());
    for (Workload server : servers) {
      boolean named = to.place() instanceof Place.OfWorkload;
      if ((named || serves(server, to)) && !gateway.inFrontOf().contains(server.name())) {
        error(
            to.at(),
            "gateway "
                + Said.quote(gateway.name())
                + " is not in front of "
                + Said.quote(server.name())
                + "; it is in front of "
                + Said.list(gateway.inFrontOf()));
      }
    }
    if (to.ports() instanceof Endpoint.Ports.Explicit p && !servers.isEmpty()) {
      services(to.place(), servers, p.ports(), to.at());
    }
  }

  private static boolean serves(Workload server, Endpoint to) {
    return switch (to.ports()) {
      case Endpoint.Ports.Any p -> true;
      case Endpoint.Ports.OfService p -> server.services().containsKey(p.service());
      case Endpoint.Ports.Explicit p -> !all(server).intersect(p.ports()).isEmpty();
    };
  }

  private static PortSet all(Workload server) {
    return PortSet.union(server.services().values().stream().map(Service::ports).toList());
  }

  private void services(Place place, List<Workload> servers, PortSet ports, SourceLocation at) {
    PortSet known = PortSet.union(servers.stream().map(ThroughCheck::all).toList());
    if (!ports.intersect(known).equals(ports)) {
      error(
          at,
          Said.quote(ports.toString())
              + " is not all services of "
              + Said.quote(place.text())
              + ", and a gateway serves nothing else; they are at "
              + known);
    }
  }

  private List<Workload> workloadsOf(Place place) {
    return switch (place) {
      case Place.OfWorkload p -> Optional.ofNullable(workloads.get(p.workload())).stream().toList();
      case Place.OfSegment p -> bySegment.getOrDefault(p.segment(), List.of());
      case Place.OfSelector p -> bySelector.computeIfAbsent(p.selector(), this::selected);
      case Place.OfTenant p -> workloadsOf(p.at());
      case Place.OfPrefix p -> List.of();
      case Place.OfFqdn p -> List.of();
      case Place.Internet p -> List.of();
    };
  }

  private List<Workload> selected(Selector selector) {
    return workloads.values().stream().filter(w -> selector.matches(w.labels())).toList();
  }

  private void error(SourceLocation at, String message) {
    reading.problems().error(at, message);
  }
}
