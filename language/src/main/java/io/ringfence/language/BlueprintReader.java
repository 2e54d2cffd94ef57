package io.ringfence.language;

import io.ringfence.language.EndpointReader.Use;
import io.ringfence.language.YamlNode.Entry;
import io.ringfence.language.YamlNode.Scalar;
import io.ringfence.model.AccessRule;
import io.ringfence.model.Action;
import io.ringfence.model.Address;
import io.ringfence.model.Blueprint;
import io.ringfence.model.BlueprintTest;
import io.ringfence.model.ConditionChecker;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Gateway;
import io.ringfence.model.Guardrail;
import io.ringfence.model.Host;
import io.ringfence.model.Link;
import io.ringfence.model.Management;
import io.ringfence.model.PortSet;
import io.ringfence.model.Role;
import io.ringfence.model.Router;
import io.ringfence.model.Segment;
import io.ringfence.model.Tenant;
import io.ringfence.model.Workload;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads merged sections into a blueprint, each section after those it refers to. What it reports is
 * what a shape cannot say: names, addresses, and what belongs together.
 */
final class BlueprintReader {
  private static final String NAME_DEFAULT = "blueprint";

  private final Reading reading;
  private final ConditionChecker conditions;

  BlueprintReader(Reading reading, ConditionChecker conditions) {
    this.reading = reading;
    this.conditions = conditions;
  }

  /** The blueprint, which is whole only if no error is reported by then. */
  Optional<Blueprint> read() {
    Claims claims = new Claims(reading.problems());
    Map<String, Segment> segments = new SegmentReader(reading, claims).read();
    WorkloadReader workloadReader = new WorkloadReader(reading, claims, segments);
    Map<String, Workload> workloads = workloadReader.read();
    Map<String, Tenant> tenants = new TenantReader(reading, claims, segments).read();
    Map<String, Gateway> gateways =
        new GatewayReader(reading, workloads, privateEndpoints(tenants)).read();
    Map<String, Role> roles = reading.named("roles", BlueprintReader::role);
    TopologyReader topology = new TopologyReader(reading, claims, workloads, tenants);
    Map<String, Host> hosts = topology.hosts(workloadReader.hosts());
    new ProcessCheck(reading.problems(), workloads).check(hosts.values());
    Map<String, Router> routers = topology.routers();
    List<Link> links = topology.links();

    EndpointReader endpoints = new EndpointReader(reading, workloads);
    Zones zones = new Zones(segments.values(), reading.problems());
    RuleNames ruleNames = new RuleNames(reading.sections(), reading.problems());
    ThroughCheck through = new ThroughCheck(reading, workloads, gateways);
    RuleReader rules = new RuleReader(reading, endpoints, ruleNames, zones, through, conditions);
    List<String> resolvers = resolvers();
    Optional<Management> management = management(endpoints);
    List<AccessRule> access = rules.access();
    List<AccessRule> egress = rules.egress();
    List<Guardrail> guardrails = new GuardrailReader(reading, endpoints, ruleNames).read();
    List<BlueprintTest> tests = new TestReader(reading, endpoints).read();
    new FetchCheck(reading.problems(), workloads, egress).check(gateways.values());
    new IssuerCheck(reading.problems()).check(tenants.values(), gateways.values());
    if (reading.problems().errors() > 0) {
      return Optional.empty();
    }
    return Optional.of(
        new Blueprint(
            name(),
            segments,
            workloads,
            resolvers,
            management,
            tenants,
            roles,
            gateways,
            access,
            egress,
            guardrails,
            tests,
            hosts,
            routers,
            links));
  }

  private String name() {
    return reading
        .sections()
        .single("name")
        .filter(Scalar.class::isInstance)
        .map(n -> ((Scalar) n).text())
        .orElse(NAME_DEFAULT);
  }

  private static Map<String, List<Address>> privateEndpoints(Map<String, Tenant> tenants) {
    Map<String, List<Address>> out = new HashMap<>();
    for (Tenant tenant : tenants.values()) {
      tenant
          .endpoint()
          .ifPresent(
              e -> out.computeIfAbsent(e.gateway(), k -> new ArrayList<>()).add(e.address()));
    }
    return out;
  }

  private static Optional<Role> role(Entry entry, Fields fields) {
    Set<Action> actions = EnumSet.noneOf(Action.class);
    fields.scalars("actions").forEach(s -> actions.add(Values.word(Action.values(), s.text())));
    return Optional.of(new Role(entry.key().text(), actions, entry.key().at()));
  }

  private List<String> resolvers() {
    List<Scalar> names =
        reading.sections().list("resolvers").stream()
            .filter(n -> !reading.refused().contains(n))
            .filter(Scalar.class::isInstance)
            .map(Scalar.class::cast)
            .toList();
    Map<String, Scalar> seen = new HashMap<>();
    for (Scalar name : names) {
      Scalar first = seen.putIfAbsent(name.text(), name);
      if (first != null) {
        reading
            .problems()
            .error(
                name.at(),
                "resolver " + Said.quote(name.text()) + " stands twice; first at " + first.at());
      }
    }
    return reading.names().resolveAll(Names.Kind.WORKLOAD, names);
  }

  private Optional<Management> management(EndpointReader endpoints) {
    Optional<Fields> fields =
        reading.sections().single("management").flatMap(n -> Fields.of(n, reading.refused()));
    if (fields.isEmpty()) {
      return Optional.empty();
    }
    List<Endpoint> from = endpoints.all(fields.get(), "from", Use.MANAGEMENT_FROM);
    Optional<PortSet> ports = reading.values().ports(fields.get().scalars("ports"));
    ports
        .filter(p -> !BareIcmp.in(p).isEmpty())
        .ifPresent(p -> reading.problems().error(fields.get().at(), BareIcmp.message()));
    return ports.map(p -> new Management(from, p, fields.get().at()));
  }
}
