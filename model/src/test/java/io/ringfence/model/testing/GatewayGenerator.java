package io.ringfence.model.testing;

import io.ringfence.model.Address;
import io.ringfence.model.Gateway;
import io.ringfence.model.NamePattern;
import io.ringfence.model.Secret;
import io.ringfence.model.Segment;
import io.ringfence.model.Separation;
import io.ringfence.model.Tenant;
import io.ringfence.model.Workload;
import io.ringfence.model.WorkloadKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes gateways in front of the engines, and the tenants that use them. */
final class GatewayGenerator {
  private final Draft draft;
  private final Dice dice;

  GatewayGenerator(Draft draft) {
    this.draft = draft;
    this.dice = draft.dice;
  }

  void generate() {
    List<Workload> engines =
        draft.workloads.values().stream().filter(w -> w.engine().isPresent()).toList();
    int gateways = engines.isEmpty() ? 0 : dice.between(0, 2);
    for (int i = 0; i < gateways; i++) {
      addGateway("gateway" + i, dice.some(engines, 1, 2));
    }
    if (draft.has(Feature.TENANTS)) {
      for (int i = dice.between(0, 2); i > 0; i--) {
        addTenant(i == 1 ? "acme" : "globex");
      }
    }
  }

  private void addGateway(String name, List<Workload> behind) {
    Segment segment = dice.of(List.copyOf(draft.segments.values()));
    List<Address> addresses = new ArrayList<>();
    segment.networks().forEach(n -> addresses.add(Addresses.unclaimed(draft, n)));
    Workload own =
        new Workload(
            name,
            segment.name(),
            addresses,
            WorkloadKind.GATEWAY,
            dice.oneIn(2) ? Optional.empty() : Optional.of("spiffe://example.org/" + name),
            Map.of(),
            Optional.empty(),
            Map.of(),
            draft.here());
    draft.workloads.put(name, own);
    draft.gateways.put(name, gateway(own, behind));
  }

  private Gateway gateway(Workload own, List<Workload> behind) {
    // Of one workload's alone where the gateway has one address: no draw, so that seeds stay.
    String whose = own.addresses().size() == 1 ? behind.getFirst().name() + "/" : "";
    Map<String, Gateway.SocketBinding> listen =
        dice.oneIn(3)
            ? Map.of(
                whose + dice.of(List.copyOf(behind.getFirst().services().keySet())),
                new Gateway.SocketBinding(dice.of(own.addresses()), 9443))
            : Map.of();
    Secret key = new Secret.OfFile("keys/gateway.pem");
    Optional<Gateway.Tls> tls =
        dice.oneIn(3) ? Optional.empty() : Optional.of(new Gateway.Tls(key, key, Map.of()));
    return new Gateway(
        own.name(),
        behind.stream().map(Workload::name).toList(),
        listen,
        tls,
        Map.of(),
        new Gateway.Identity(dice.of(Gateway.Demand.values()), Optional.empty()),
        Gateway.Sessions.DEFAULT,
        Gateway.Limits.NONE,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        own.at());
  }

  private void addTenant(String name) {
    List<Tenant.Member> members = new ArrayList<>();
    List<String> ids =
        draft.workloads.values().stream().flatMap(w -> w.identity().stream()).toList();
    List<String> free =
        ids.stream()
            .filter(id -> draft.tenants.values().stream().noneMatch(t -> t.hasMember(id)))
            .toList();
    dice.some(free, 0, 2).forEach(id -> members.add(new Tenant.Member.Spiffe(id)));
    if (members.isEmpty() || dice.oneIn(3)) {
      members.add(new Tenant.Member.Claim("https://login.example.org", "org", name));
    }
    boolean rows = dice.oneIn(3);
    Optional<Tenant.PrivateEndpoint> endpoint =
        draft.gateways.isEmpty() || dice.oneIn(2) ? Optional.empty() : Optional.of(endpoint());
    draft.tenants.put(
        name,
        new Tenant(
            name,
            members,
            rows ? Separation.FILTER : Separation.NAMES,
            Optional.empty(),
            rows ? List.of() : List.of(new NamePattern(name + "-*")),
            rows ? Optional.of(new Tenant.Rows("shared", "tenant_id")) : Optional.empty(),
            endpoint,
            draft.here()));
  }

  private Tenant.PrivateEndpoint endpoint() {
    Segment segment = dice.of(List.copyOf(draft.segments.values()));
    Address address = Addresses.unclaimed(draft, dice.of(segment.networks()));
    return new Tenant.PrivateEndpoint(address, dice.of(List.copyOf(draft.gateways.keySet())));
  }
}
