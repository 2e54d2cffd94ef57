package io.ringfence.gateway.policy;

import io.ringfence.model.Address;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Gateway;
import io.ringfence.model.Place;
import io.ringfence.model.PortSet;
import io.ringfence.model.Protocol;
import io.ringfence.model.Service;
import io.ringfence.model.Tenant;
import io.ringfence.model.Workload;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** At which addresses of a gateway sources enter, and where it listens. */
final class GatewayEntries {
  private final Directory directory;
  private final Blueprint blueprint;
  private final Map<EndpointUse, AddressSet> endpointSources = new HashMap<>();

  private record EndpointUse(String tenant, Place from) {}

  GatewayEntries(Directory directory) {
    this.directory = directory;
    this.blueprint = directory.blueprint();
  }

  /** The tenants that have a private endpoint at the gateway, in the order declared. */
  List<Tenant> tenantsWithEndpoint(Gateway gateway) {
    return blueprint.tenants().values().stream()
        .filter(t -> endpoint(t, gateway).isPresent())
        .toList();
  }

  /** The tenant's private endpoint at the gateway. */
  static Optional<Address> endpoint(Tenant tenant, Gateway gateway) {
    return tenant
        .endpoint()
        .filter(e -> e.gateway().equals(gateway.name()))
        .map(Tenant.PrivateEndpoint::address);
  }

  /** Where those enter for a service who have no private endpoint. */
  List<Address> shared(Gateway gateway, Workload server, Service service) {
    return gateway
        .binding(server, service)
        .map(b -> List.of(b.address()))
        .orElseGet(() -> blueprint.workloads().get(gateway.name()).addresses());
  }

  /** The sources of a place that are the tenant's members there, and so enter by its endpoint. */
  AddressSet endpointSources(Tenant tenant, Place from) {
    return endpointSources.computeIfAbsent(
        new EndpointUse(tenant.name(), from), use -> members(tenant, from));
  }

  private AddressSet members(Tenant tenant, Place from) {
    if (from instanceof Place.OfTenant of) {
      return of.tenant().equals(tenant.name()) ? directory.ruleAddresses(from) : AddressSet.EMPTY;
    }
    return new AddressSet(
        directory.workloads(from).stream()
            .filter(w -> w.identity().filter(tenant::hasMember).isPresent())
            .flatMap(w -> directory.addresses(w).ranges().stream())
            .toList());
  }

  /** The sources of a place that enter at the address to reach a service. */
  AddressSet sources(
      Gateway gateway, Workload server, Service service, Place from, Address address) {
    AddressSet out = AddressSet.EMPTY;
    AddressSet elsewhere = AddressSet.EMPTY;
    for (Tenant tenant : tenantsWithEndpoint(gateway)) {
      AddressSet members = endpointSources(tenant, from);
      elsewhere = elsewhere.union(members);
      if (endpoint(tenant, gateway).filter(address::equals).isPresent()) {
        out = out.union(members);
      }
    }
    return shared(gateway, server, service).contains(address)
        ? out.union(directory.ruleAddresses(from).minus(elsewhere))
        : out;
  }

  /** The ports at which the gateway takes flows for what a rule's end means of a service. */
  static PortSet listening(Gateway gateway, Endpoint to, Workload server, Service service) {
    Optional<Gateway.SocketBinding> binding = gateway.binding(server, service);
    if (binding.isPresent()) {
      return PortSet.of(Protocol.TCP, binding.get().port());
    }
    return to.ports() instanceof Endpoint.Ports.Explicit p
        ? service.ports().intersect(p.ports())
        : service.ports();
  }

  /** The ports of a workload that a rule's end means: its services' only. */
  static PortSet servicePorts(Endpoint to, Workload workload) {
    return PortSet.union(
        workload.services().values().stream()
            .filter(s -> meant(to, s))
            .map(s -> ports(to, s))
            .toList());
  }

  private static PortSet ports(Endpoint to, Service service) {
    return to.ports() instanceof Endpoint.Ports.Explicit p
        ? service.ports().intersect(p.ports())
        : service.ports();
  }

  static boolean meant(Endpoint to, Service service) {
    return switch (to.ports()) {
      case Endpoint.Ports.Any p -> true;
      case Endpoint.Ports.OfService p -> p.service().equals(service.name());
      case Endpoint.Ports.Explicit p -> !service.ports().intersect(p.ports()).isEmpty();
    };
  }
}
