package io.ringfence.decision;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Address;
import io.ringfence.model.AddressRange;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Flow;
import io.ringfence.model.Gateway;
import io.ringfence.model.Listeners;
import io.ringfence.model.Place;
import io.ringfence.model.PortSet;
import io.ringfence.model.Request;
import io.ringfence.model.Senders;
import io.ringfence.model.Service;
import io.ringfence.model.Tenant;
import io.ringfence.model.Workload;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Whether one rule or end takes in one flow. */
final class FlowMatch {
  private final Blueprint blueprint;
  private final Directory directory;

  FlowMatch(Directory directory) {
    this.blueprint = directory.blueprint();
    this.directory = directory;
  }

  /** Whether a guardrail's ends take in the flow's source. */
  boolean starts(List<Endpoint> ends, Flow flow) {
    return ends.stream()
        .flatMap(e -> directory.guardrailSenders(e.place()).stream())
        .anyMatch(s -> sends(s, flow));
  }

  private static boolean sends(Senders senders, Flow flow) {
    return senders.addresses().contains(flow.source()) && senders.users().contains(flow.user());
  }

  private boolean sends(Place place, Flow flow) {
    return directory.ruleSenders(place).stream().anyMatch(s -> sends(s, flow));
  }

  private static boolean receives(List<Listeners> listeners, Flow flow) {
    return listeners.stream()
        .anyMatch(
            l ->
                l.addresses().contains(flow.destination())
                    && l.ports().contains(flow.protocol(), flow.port()));
  }

  /** Whether a guardrail's ends take in the flow's destination and port. */
  boolean ends(List<Endpoint> ends, Flow flow) {
    return ends.stream()
        .anyMatch(
            e ->
                receives(directory.guardrailListeners(e.place(), PortSet.ALL), flow)
                    && named(e.place(), flow)
                    && takes(e, flow.destination(), flow));
  }

  /** Whether the rule permits the flow at the network layer, as a whole or as a leg of its way. */
  boolean permits(AccessRule rule, Flow flow) {
    if (!flow.protocol().belongsTo(flow.source().family())) {
      return false;
    }
    return rule.from().stream()
        .anyMatch(
            from ->
                rule.to().stream()
                    .anyMatch(
                        to ->
                            rule.through().isEmpty()
                                ? direct(from, to, flow)
                                : toGateway(rule, from, to, flow) || fromGateway(rule, to, flow)));
  }

  private boolean direct(Endpoint from, Endpoint to, Flow flow) {
    return sends(from.place(), flow)
        && receives(directory.ruleListeners(to.place(), PortSet.ALL), flow)
        && named(to.place(), flow)
        && takes(to, flow.destination(), flow);
  }

  /** Leg (a): from the rule's sources to the gateway, where it listens for the service. */
  private boolean toGateway(AccessRule rule, Endpoint from, Endpoint to, Flow flow) {
    Gateway gateway = gateway(rule);
    return sends(from.place(), flow)
        && directory.workloads(to.place()).stream()
            .flatMap(
                w ->
                    w.services().values().stream()
                        .filter(s -> meant(to, s))
                        .map(s -> new Served(w, s)))
            .anyMatch(
                served ->
                    entries(gateway, served, from.place(), flow.source(), flow.user())
                            .contains(flow.destination())
                        && listening(gateway, to, served).contains(flow.protocol(), flow.port()));
  }

  /** A service of a workload behind a gateway. */
  private record Served(Workload workload, Service service) {
    Optional<Gateway.SocketBinding> binding(Gateway gateway) {
      return gateway.binding(workload, service);
    }
  }

  /** Leg (b): from the gateway's addresses to the service. */
  private boolean fromGateway(AccessRule rule, Endpoint to, Flow flow) {
    Workload own = blueprint.workloads().get(gateway(rule).name());
    return directory.addresses(own).contains(flow.source())
        && directory.workloads(to.place()).stream()
            .filter(w -> directory.addresses(w).contains(flow.destination()))
            .anyMatch(w -> servicePort(to, w, flow.protocol(), flow.port()));
  }

  /** The first leg of a request under a rule that takes it in; empty when no packet can be it. */
  Optional<Flow> entryLeg(AccessRule rule, Request request) {
    Gateway gateway = gateway(rule);
    return served(request)
        .flatMap(
            served ->
                rule.from().stream()
                    .map(Endpoint::place)
                    .filter(p -> directory.ruleAddresses(p).contains(request.source()))
                    .flatMap(p -> entry(request, gateway, served, p).stream())
                    .findFirst());
  }

  /** The second leg of a request; empty when no packet can be it. */
  Optional<Flow> exitLeg(AccessRule rule, Request request) {
    Workload own = blueprint.workloads().get(gateway(rule).name());
    return directory.addresses(own).ofFamily(request.destination().family()).ranges().stream()
        .map(AddressRange::first)
        .findFirst()
        .map(a -> new Flow(a, request.destination(), request.protocol(), request.port()));
  }

  private Optional<Flow> entry(Request request, Gateway gateway, Served served, Place from) {
    OptionalLong user = user(request, from);
    return entries(gateway, served, from, request.source(), user).stream()
        .filter(a -> a.family() == request.source().family())
        .findFirst()
        .map(a -> entry(request, a, gateway, served).by(user));
  }

  /** The user whose sockets ask: of the process with the principal's identity, else of any. */
  private OptionalLong user(Request request, Place from) {
    List<Workload> there =
        directory.workloads(from).stream()
            .filter(w -> directory.addresses(w).contains(request.source()))
            .toList();
    return there.stream()
        .filter(w -> w.identity().isPresent())
        .filter(w -> w.identity().equals(request.principal().identity()))
        .findFirst()
        .or(() -> there.stream().findFirst())
        .flatMap(Workload::process)
        .map(p -> OptionalLong.of(p.user()))
        .orElse(OptionalLong.empty());
  }

  private static Flow entry(Request request, Address address, Gateway gateway, Served served) {
    int port = served.binding(gateway).map(Gateway.SocketBinding::port).orElse(request.port());
    return new Flow(request.source(), address, request.protocol(), port);
  }

  private Optional<Served> served(Request request) {
    return directory.workloadsAt(request.destination()).stream()
        .flatMap(w -> w.services().values().stream().map(s -> new Served(w, s)))
        .filter(s -> s.service().ports().contains(request.protocol(), request.port()))
        .findFirst();
  }

  /**
   * Where a source enters a gateway for a service: the private endpoint of the tenant whose member
   * it is there, else the shared address.
   */
  private List<Address> entries(
      Gateway gateway, Served served, Place from, Address source, OptionalLong user) {
    List<Address> endpoints =
        blueprint.tenants().values().stream()
            .filter(t -> memberSendsFrom(t, from, source, user))
            .flatMap(t -> t.endpoint().stream())
            .filter(e -> e.gateway().equals(gateway.name()))
            .map(Tenant.PrivateEndpoint::address)
            .toList();
    if (!endpoints.isEmpty()) {
      return endpoints;
    }
    return served
        .binding(gateway)
        .map(b -> List.of(b.address()))
        .orElseGet(() -> blueprint.workloads().get(gateway.name()).addresses());
  }

  private boolean memberSendsFrom(Tenant tenant, Place from, Address source, OptionalLong user) {
    if (from instanceof Place.OfTenant of) {
      return of.tenant().equals(tenant.name());
    }
    return directory.workloads(from).stream()
        .filter(w -> directory.addresses(w).contains(source) && w.users().contains(user))
        .anyMatch(w -> w.identity().filter(tenant::hasMember).isPresent());
  }

  private static PortSet listening(Gateway gateway, Endpoint to, Served served) {
    Optional<Gateway.SocketBinding> binding = served.binding(gateway);
    if (binding.isPresent()) {
      return PortSet.of(io.ringfence.model.Protocol.TCP, binding.get().port());
    }
    Service service = served.service();
    return to.ports() instanceof Endpoint.Ports.Explicit p
        ? service.ports().intersect(p.ports())
        : service.ports();
  }

  private static boolean meant(Endpoint to, Service service) {
    return switch (to.ports()) {
      case Endpoint.Ports.Any p -> true;
      case Endpoint.Ports.OfService p -> p.service().equals(service.name());
      case Endpoint.Ports.Explicit p -> !service.ports().intersect(p.ports()).isEmpty();
    };
  }

  /** Whether a `through` rule's end means a port of this workload: one of its services' only. */
  static boolean servicePort(
      Endpoint to, Workload workload, io.ringfence.model.Protocol protocol, int port) {
    return workload.services().values().stream()
        .filter(s -> meant(to, s))
        .anyMatch(
            s ->
                s.ports().contains(protocol, port)
                    && (!(to.ports() instanceof Endpoint.Ports.Explicit p)
                        || p.ports().contains(protocol, port)));
  }

  private boolean takes(Endpoint end, Address destination, Flow flow) {
    return switch (end.ports()) {
      case Endpoint.Ports.Any p -> true;
      case Endpoint.Ports.Explicit p -> p.ports().contains(flow.protocol(), flow.port());
      case Endpoint.Ports.OfService p ->
          directory.workloads(end.place()).stream()
              .filter(w -> directory.addresses(w).contains(destination))
              .flatMap(w -> Optional.ofNullable(w.services().get(p.service())).stream())
              .anyMatch(s -> s.ports().contains(flow.protocol(), flow.port()));
    };
  }

  /** A name takes in only flows to an address that the resolvers answered for it. */
  private static boolean named(Place place, Flow flow) {
    return !(place instanceof Place.OfFqdn p) || flow.fqdn().filter(p.fqdn()::equals).isPresent();
  }

  private Gateway gateway(AccessRule rule) {
    return blueprint.gateways().get(rule.through().orElseThrow());
  }
}
