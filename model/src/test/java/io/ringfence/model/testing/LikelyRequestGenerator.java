package io.ringfence.model.testing;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Action;
import io.ringfence.model.Address;
import io.ringfence.model.AddressRange;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Endpoint;
import io.ringfence.model.NamePattern;
import io.ringfence.model.Place;
import io.ringfence.model.PortRange;
import io.ringfence.model.Principal;
import io.ringfence.model.Request;
import io.ringfence.model.Role;
import io.ringfence.model.Service;
import io.ringfence.model.Tenant;
import io.ringfence.model.Workload;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Requests that some rule means in all its parts. Most are permitted where no guardrail, owner or
 * private endpoint is against it.
 */
public final class LikelyRequestGenerator {
  private static final Map<String, Object> FACTS =
      Map.of(
          "device.healthy", true,
          "request.time", Instant.parse("2026-01-01T03:00:00Z"),
          "session.approved", true);

  private final Blueprint blueprint;
  private final Directory directory;
  private final Dice dice;
  private final List<AccessRule> rules;

  public LikelyRequestGenerator(Blueprint blueprint, long seed) {
    this.blueprint = blueprint;
    this.directory = new Directory(blueprint);
    this.dice = new Dice(seed);
    this.rules =
        blueprint.rules().stream()
            .filter(r -> r.through().isPresent() && r.role().isPresent())
            .toList();
  }

  /** The next request; none when a rule was drawn that means no request. */
  public Optional<Request> next() {
    if (rules.isEmpty()) {
      return Optional.empty();
    }
    AccessRule rule = dice.of(rules);
    Place from = dice.of(rule.from()).place();
    List<AddressRange> sources = directory.ruleAddresses(from).ranges();
    Endpoint to = dice.of(rule.to());
    List<Workload> servers = directory.workloads(to.place());
    if (sources.isEmpty() || servers.isEmpty()) {
      return Optional.empty();
    }
    Workload server = dice.of(servers);
    Address source = dice.oneIn(2) ? dice.of(sources).first() : dice.of(sources).last();
    PortRange port = port(to, server);
    Principal principal = principal(from, source);
    return Optional.of(
        new Request(
            source,
            rule.through().orElseThrow(),
            dice.of(server.addresses()),
            port.protocol(),
            port.first(),
            principal,
            dice.of(actions(rule)),
            Optional.of(collection(rule, principal)),
            FACTS));
  }

  private List<Action> actions(AccessRule rule) {
    Role role = blueprint.roles().get(rule.role().orElseThrow());
    return role.actions().stream().sorted().toList();
  }

  private PortRange port(Endpoint to, Workload server) {
    List<PortRange> out = new ArrayList<>();
    for (Service service : server.services().values()) {
      if (!(to.ports() instanceof Endpoint.Ports.OfService p)
          || p.service().equals(service.name())) {
        out.addAll(service.ports().ranges());
      }
    }
    return out.isEmpty() ? new PortRange(io.ringfence.model.Protocol.TCP, 443, 443) : dice.of(out);
  }

  private Principal principal(Place from, Address source) {
    if (from instanceof Place.OfTenant of) {
      return switch (dice.of(blueprint.tenants().get(of.tenant()).members())) {
        case Tenant.Member.Spiffe m -> Principal.of(m.id());
        case Tenant.Member.Claim m -> new Principal(Optional.empty(), Optional.of(of.tenant()));
      };
    }
    return new Principal(
        directory.workloadAt(source).flatMap(Workload::identity), Optional.empty());
  }

  /** One that the rule lists or the principal's tenant owns. */
  private String collection(AccessRule rule, Principal principal) {
    List<NamePattern> choices = new ArrayList<>(rule.collections());
    for (Tenant tenant : blueprint.tenants().values()) {
      boolean member =
          principal.claimedTenant().filter(tenant.name()::equals).isPresent()
              || principal.identity().filter(tenant::hasMember).isPresent();
      if (choices.isEmpty() && (member || rule.allTenants())) {
        choices.addAll(tenant.collections());
        tenant.rows().ifPresent(r -> choices.add(new NamePattern(r.collection())));
      }
    }
    String stars = dice.of("", "docs", "acme-docs");
    return choices.isEmpty() ? "common" : dice.of(choices).text().replace("*", stars);
  }
}
