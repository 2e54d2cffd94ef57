package io.ringfence.model.testing;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Action;
import io.ringfence.model.Address;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.PortRange;
import io.ringfence.model.Principal;
import io.ringfence.model.Request;
import io.ringfence.model.Service;
import io.ringfence.model.Tenant;
import io.ringfence.model.Workload;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Requests around a blueprint's rules through gateways, most of them near to some rule. */
public final class RequestGenerator {
  private static final List<String> COLLECTIONS =
      List.of("acme-docs", "globex-docs", "shared", "common", "acme-");

  private final Blueprint blueprint;
  private final Directory directory;
  private final Dice dice;
  private final List<AccessRule> rules;

  public RequestGenerator(Blueprint blueprint, long seed) {
    this.blueprint = blueprint;
    this.directory = new Directory(blueprint);
    this.dice = new Dice(seed);
    this.rules = blueprint.rules().stream().filter(r -> r.through().isPresent()).toList();
  }

  /** The next request; none when no rule goes through a gateway. */
  public Optional<Request> next() {
    return rules.isEmpty() ? Optional.empty() : Optional.of(near(dice.of(rules)));
  }

  private Request near(AccessRule rule) {
    List<Workload> clients =
        rule.from().stream().flatMap(e -> directory.workloads(e.place()).stream()).toList();
    Workload client = clients.isEmpty() || dice.oneIn(6) ? anyWorkload() : dice.of(clients);
    List<Workload> servers =
        rule.to().stream().flatMap(e -> directory.workloads(e.place()).stream()).toList();
    Workload server = servers.isEmpty() || dice.oneIn(8) ? anyWorkload() : dice.of(servers);
    PortRange port = port(server);
    Action action =
        rule.role().isPresent() && !dice.oneIn(4)
            ? dice.of(blueprint.roles().get(rule.role().get()).actions().stream().sorted().toList())
            : dice.of(Action.values());
    return new Request(
        dice.of(client.addresses()),
        dice.oneIn(10) ? dice.of(List.copyOf(blueprint.gateways().keySet())) : rule.through().get(),
        destination(server),
        port.protocol(),
        port.first(),
        principal(client),
        action,
        dice.oneIn(12) ? Optional.empty() : Optional.of(dice.of(COLLECTIONS)),
        facts());
  }

  private Workload anyWorkload() {
    return dice.of(List.copyOf(blueprint.workloads().values()));
  }

  private Address destination(Workload server) {
    return dice.of(server.addresses());
  }

  private PortRange port(Workload server) {
    List<PortRange> ranges =
        server.services().values().stream()
            .map(Service::ports)
            .flatMap(p -> p.ranges().stream())
            .toList();
    return ranges.isEmpty()
        ? new PortRange(io.ringfence.model.Protocol.TCP, 443, 443)
        : dice.of(ranges);
  }

  /** Only tenants that take tokens can be claimed. */
  private Principal principal(Workload client) {
    List<String> claimable =
        blueprint.tenants().values().stream()
            .filter(t -> t.members().stream().anyMatch(m -> m instanceof Tenant.Member.Claim))
            .map(Tenant::name)
            .toList();
    Optional<String> tenant =
        claimable.isEmpty() || dice.oneIn(2) ? Optional.empty() : Optional.of(dice.of(claimable));
    Workload who = dice.oneIn(6) ? anyWorkload() : client;
    return new Principal(dice.oneIn(4) ? Optional.empty() : who.identity(), tenant);
  }

  private Map<String, Object> facts() {
    Map<String, Object> out = new TreeMap<>();
    if (!dice.oneIn(3)) {
      out.put("device.healthy", !dice.oneIn(4));
      out.put(
          "request.time",
          Instant.parse("2026-01-01T00:00:00Z").plusSeconds(dice.between(0, 86_400)));
      out.put("session.approved", dice.oneIn(2));
    }
    return out;
  }
}
