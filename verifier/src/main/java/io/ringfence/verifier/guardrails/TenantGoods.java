package io.ringfence.verifier.guardrails;

import io.ringfence.model.AddressSet;
import io.ringfence.model.Audience;
import io.ringfence.model.Gateway;
import io.ringfence.model.PortSet;
import io.ringfence.model.Service;
import io.ringfence.model.Tenant;
import io.ringfence.model.Workload;
import io.ringfence.verifier.operations.Grants;
import io.ringfence.verifier.operations.NameIndex;
import io.ringfence.verifier.projection.Permit;
import io.ringfence.verifier.subject.Subject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What tenants have that others must not reach; the same whatever the rules are.
 *
 * @param endpoints the addresses of all private endpoints
 * @param doors by database behind a gateway, where clients enter it
 * @param behindDoors the addresses of all those databases
 * @param owners the names of tenants, by the patterns of what holds their data
 */
record TenantGoods(
    AddressSet endpoints,
    Map<Workload, Permit> doors,
    AddressSet behindDoors,
    NameIndex<String> owners) {
  static TenantGoods of(Subject subject) {
    Map<Workload, Permit> doors = new LinkedHashMap<>();
    for (Gateway gateway : subject.blueprint().gateways().values()) {
      for (String name : gateway.inFrontOf()) {
        Workload database = subject.blueprint().workloads().get(name);
        doors.put(database, door(subject, database));
      }
    }
    AddressSet endpoints =
        AddressSet.ofAddresses(
            subject.blueprint().tenants().values().stream()
                .flatMap(t -> t.endpoint().stream())
                .map(Tenant.PrivateEndpoint::address)
                .toList());
    AddressSet behind =
        new AddressSet(doors.values().stream().flatMap(d -> d.to().ranges().stream()).toList());
    NameIndex<String> owners = new NameIndex<>();
    for (Tenant tenant : subject.blueprint().tenants().values()) {
      Grants.patterns(tenant).forEach(p -> owners.put(p, tenant.name()));
    }
    return new TenantGoods(endpoints, doors, behind, owners);
  }

  private static Permit door(Subject subject, Workload database) {
    PortSet ports = PortSet.EMPTY;
    for (Service service : database.services().values()) {
      if (service.audience() == Audience.GATEWAY) {
        ports = ports.union(service.ports());
      }
    }
    return new Permit(
        database.name(),
        Permit.Leg.DIRECT,
        AddressSet.ALL,
        subject.directory().addresses(database),
        Optional.empty(),
        ports,
        database.at());
  }
}
