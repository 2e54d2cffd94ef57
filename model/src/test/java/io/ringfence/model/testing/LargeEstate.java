package io.ringfence.model.testing;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Action;
import io.ringfence.model.Address;
import io.ringfence.model.Audience;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Encryption;
import io.ringfence.model.Endpoint;
import io.ringfence.model.EngineCatalogue;
import io.ringfence.model.Gateway;
import io.ringfence.model.Guardrail;
import io.ringfence.model.Isolation;
import io.ringfence.model.Management;
import io.ringfence.model.Mode;
import io.ringfence.model.NamePattern;
import io.ringfence.model.Place;
import io.ringfence.model.PortSet;
import io.ringfence.model.Prefix;
import io.ringfence.model.Role;
import io.ringfence.model.Segment;
import io.ringfence.model.Selector;
import io.ringfence.model.Separation;
import io.ringfence.model.Service;
import io.ringfence.model.SessionTerms;
import io.ringfence.model.Tenant;
import io.ringfence.model.Tier;
import io.ringfence.model.Workload;
import io.ringfence.model.WorkloadKind;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A large deployment as large deployments are: tenants with some hundred workloads each in segments
 * that tenants share, told apart by labels; database clusters behind gateways; an office, an
 * operations segment, egress by name; a handful of rules for each tenant, nearly all by selector;
 * guardrails of every kind, which hold.
 *
 * <p>The same size makes the same blueprint.
 */
public final class LargeEstate {
  /** So many tenants share a segment of applications, and a database cluster. */
  private static final int TENANTS_PER_SEGMENT = 25;

  private static final int TENANTS_PER_CLUSTER = 10;

  private static final List<String> APPS = List.of("web", "api", "worker", "index");

  private final Draft draft = new Draft("estate", new Dice(1), EnumSet.noneOf(Feature.class));
  private final int tenants;
  private final int perTenant;
  private final int rulesPerTenant;
  private final boolean labelled;

  private LargeEstate(int workloads, int rules, int tenants, boolean labelled) {
    this.tenants = tenants;
    this.perTenant = Math.max(APPS.size(), workloads / tenants);
    this.rulesPerTenant = Math.max(1, rules / tenants);
    this.labelled = labelled;
  }

  /** About so many workloads and rules, spread evenly over the tenants. */
  public static Blueprint of(int workloads, int rules, int tenants) {
    return new LargeEstate(workloads, rules, tenants, false).blueprint();
  }

  /** The same, where every workload has a set of labels of its own that some selector mentions. */
  public static Blueprint adversarial(int workloads, int rules, int tenants) {
    return new LargeEstate(workloads, rules, tenants, true).blueprint();
  }

  private Blueprint blueprint() {
    draft.roles.put("reader", new Role("reader", Set.of(Action.QUERY), draft.here()));
    draft.roles.put(
        "ingester",
        new Role("ingester", Set.of(Action.INSERT, Action.UPDATE, Action.DELETE), draft.here()));
    operations();
    for (int i = 0; i < (tenants + TENANTS_PER_CLUSTER - 1) / TENANTS_PER_CLUSTER; i++) {
      cluster(i);
    }
    for (int i = 0; i < tenants; i++) {
      tenant(i);
    }
    guardrails();
    return draft.blueprint();
  }

  // --- What everybody shares ---

  private void operations() {
    segment("operations", Tier.MANAGEMENT, Isolation.VLAN, "10.255.0.0/24");
    segment("vault", Tier.DATABASE, Isolation.PHYSICAL, "10.254.0.0/24");
    workload("bastion", "operations", address(0x0aff0002), WorkloadKind.BASTION, Map.of());
    workload("monitor", "operations", address(0x0aff0003), WorkloadKind.GENERIC, Map.of());
    workload("dns", "operations", address(0x0aff0004), WorkloadKind.GENERIC, Map.of());
    workload("logs", "operations", address(0x0aff0005), WorkloadKind.GENERIC, Map.of());
    workload("archive", "vault", address(0x0afe0002), WorkloadKind.GENERIC, Map.of());
    draft.resolvers.add("dns");
    draft.management =
        Optional.of(new Management(List.of(end("bastion")), PortSet.parse("22/tcp"), draft.here()));
  }

  private void cluster(int index) {
    int base = 0x0ac00000 + (index << 8);
    String segment = "vectordb" + index;
    segment(segment, Tier.DATABASE, Isolation.MICRO, dotted(base) + "/24");
    String database = "qdrant" + index;
    draft.workloads.put(
        database,
        new Workload(
            database,
            segment,
            List.of(address(base + 11), address(base + 12), address(base + 13)),
            WorkloadKind.GENERIC,
            Optional.of("spiffe://example.org/" + database),
            Map.of("app", "database"),
            Optional.of("qdrant"),
            EngineCatalogue.engines().get("qdrant").services(),
            draft.here()));
    String gateway = "gateway" + index;
    workload(gateway, segment, address(base + 5), WorkloadKind.GATEWAY, Map.of("app", "gateway"));
    draft.gateways.put(
        gateway,
        new Gateway(
            gateway,
            List.of(database),
            Map.of(),
            Optional.empty(),
            Map.of(),
            Gateway.Identity.NONE,
            Gateway.Sessions.DEFAULT,
            Gateway.Limits.NONE,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            draft.here()));
    rule("peers" + index, List.of(end(database)), service(database, "peer"), Encryption.TLS);
  }

  // --- Tenants ---

  private void tenant(int index) {
    int shared = index / TENANTS_PER_SEGMENT;
    String segment = "app" + shared;
    int size = Integer.highestOneBit(Math.max(64, TENANTS_PER_SEGMENT * perTenant + 16) * 2 - 1);
    int base = 0x14000000 + shared * size;
    if (index % TENANTS_PER_SEGMENT == 0) {
      int length = 32 - Integer.numberOfTrailingZeros(size);
      segment(segment, Tier.APPLICATION, Isolation.VLAN, dotted(base) + "/" + length);
    }
    String name = "tenant" + index;
    int first = base + 8 + index % TENANTS_PER_SEGMENT * perTenant;
    for (int i = 0; i < perTenant; i++) {
      String app = APPS.get(i % APPS.size());
      Map<String, String> labels = new LinkedHashMap<>();
      labels.put("tenant", name);
      labels.put("app", app);
      labels.put("env", i % 10 == 9 ? "test" : "production");
      if (labelled) {
        labels.put("host", name + "-" + i);
      }
      WorkloadKind kind = WorkloadKind.GENERIC;
      workload(name + "-" + app + i, segment, address(first + i), kind, labels);
    }
    draft.tenants.put(
        name,
        new Tenant(
            name,
            List.of(
                new Tenant.Member.Spiffe(identity(name + "-api1")),
                new Tenant.Member.Spiffe(identity(name + "-worker2"))),
            Separation.NAMES,
            Optional.of(name + "-"),
            List.of(new NamePattern(name + "-*")),
            Optional.empty(),
            Optional.empty(),
            draft.here()));
    for (int i = 0; i < rulesPerTenant; i++) {
      tenantRule(name, index, i);
    }
  }

  private void tenantRule(String tenant, int index, int number) {
    String name = tenant + "-" + number;
    String cluster = String.valueOf(index / TENANTS_PER_CLUSTER);
    switch (number) {
      case 0 -> rule(name, List.of(app(tenant, "web")), to(app(tenant, "api"), "8080/tcp"));
      case 1 -> rule(name, List.of(app(tenant, "api")), to(app(tenant, "worker"), "9000-9010/tcp"));
      case 2 -> through(name, cluster, tenant + "-api1", "grpc", "reader", tenant);
      case 3 -> through(name, cluster, tenant + "-worker2", "rest", "ingester", tenant);
      case 4 -> rule(name, List.of(internet()), to(app(tenant, "web"), "443/tcp"));
      case 5 -> rule(name, List.of(prefix("198.51.100.0/24")), to(app(tenant, "web"), "8443/tcp"));
      case 6 -> egress(name, app(tenant, "worker"), tenant);
      case 7 -> rule(name, List.of(end("monitor")), to(ofTenant(tenant), "9100/tcp"));
      case 8 -> rule(name, List.of(ofTenant(tenant)), to(end("logs"), "514/udp"));
      default ->
          rule(
              name,
              List.of(apps(tenant, "worker", "index")),
              to(labelled ? host(tenant, number % perTenant) : app(tenant, "index"), port(number)));
    }
  }

  private static String port(int number) {
    return 10_000 + number + "/tcp";
  }

  // --- Guardrails ---

  private void guardrails() {
    draft.guardrails.add(
        new Guardrail.Never(
            "no-public-database",
            List.of(internet()),
            List.of(select(Map.of("app", "database"))),
            List.of(),
            draft.here()));
    draft.guardrails.add(
        new Guardrail.Never(
            "no-exfiltration",
            List.of(select(Map.of("app", "database"))),
            List.of(internet()),
            List.of(),
            draft.here()));
    for (String cluster : draft.gateways.keySet()) {
      String number = cluster.substring("gateway".length());
      draft.guardrails.add(
          new Guardrail.Only(
              "no-bypass" + number,
              List.of(end(cluster)),
              List.of(service("qdrant" + number, "rest"), service("qdrant" + number, "grpc")),
              List.of(),
              draft.here()));
    }
    draft.guardrails.add(new Guardrail.Isolated("tenants-apart", draft.here()));
    draft.guardrails.add(
        new Guardrail.Contained(
            "contained",
            List.of(app("tenant0", "web")),
            List.of(ofTenant("tenant0"), end("logs"), end("dns"), internet()),
            Optional.empty(),
            draft.here()));
    draft.guardrails.add(
        new Guardrail.Unreachable("air-gap", List.of(end("vault")), List.of(), draft.here()));
  }

  // --- Words ---

  private void segment(String name, Tier tier, Isolation isolation, String network) {
    draft.segments.put(
        name,
        new Segment(
            name,
            tier,
            List.of(Prefix.parse(network)),
            isolation,
            OptionalInt.empty(),
            OptionalInt.empty(),
            Mode.ENFORCE,
            draft.here()));
  }

  private void workload(
      String name, String segment, Address address, WorkloadKind kind, Map<String, String> labels) {
    PortSet ports = PortSet.parse("8080/tcp");
    draft.workloads.put(
        name,
        new Workload(
            name,
            segment,
            List.of(address),
            kind,
            Optional.of(identity(name)),
            labels,
            Optional.empty(),
            Map.of("api", new Service("api", ports, Audience.ANYONE, Optional.empty())),
            draft.here()));
  }

  private static String identity(String name) {
    return "spiffe://example.org/" + name;
  }

  private void rule(String name, List<Endpoint> from, Endpoint to) {
    rule(name, from, to, Optional.empty());
  }

  private void rule(String name, List<Endpoint> from, Endpoint to, Encryption encryption) {
    rule(name, from, to, Optional.of(encryption));
  }

  private void rule(
      String name, List<Endpoint> from, Endpoint to, Optional<Encryption> encryption) {
    draft.access.add(
        AccessRule.direct(
            name, AccessRule.Origin.ACCESS, from, List.of(to), encryption, draft.here()));
  }

  private void egress(String name, Endpoint from, String tenant) {
    Place place = new Place.OfFqdn("api" + tenant.length() + ".example.com");
    Endpoint to =
        new Endpoint(place, new Endpoint.Ports.Explicit(PortSet.parse("443/tcp")), draft.here());
    draft.egress.add(
        AccessRule.direct(
            name,
            AccessRule.Origin.EGRESS,
            List.of(from),
            List.of(to),
            Optional.empty(),
            draft.here()));
  }

  private void through(
      String name, String cluster, String from, String service, String role, String tenant) {
    draft.access.add(
        new AccessRule(
            name,
            AccessRule.Origin.ACCESS,
            List.of(end(from)),
            List.of(service("qdrant" + cluster, service)),
            Optional.of("gateway" + cluster),
            Optional.of(role),
            List.of(new NamePattern(tenant + "-*")),
            false,
            Optional.<SessionTerms>empty(),
            Optional.empty(),
            Optional.of(Encryption.MTLS),
            draft.here()));
  }

  private Endpoint end(String name) {
    Place place =
        draft.workloads.containsKey(name) ? new Place.OfWorkload(name) : new Place.OfSegment(name);
    return new Endpoint(place, new Endpoint.Ports.Any(), draft.here());
  }

  private Endpoint internet() {
    return new Endpoint(new Place.Internet(), new Endpoint.Ports.Any(), draft.here());
  }

  private Endpoint prefix(String text) {
    Place place = new Place.OfPrefix(Prefix.parse(text));
    return new Endpoint(place, new Endpoint.Ports.Any(), draft.here());
  }

  private Endpoint service(String workload, String service) {
    return new Endpoint(
        new Place.OfWorkload(workload), new Endpoint.Ports.OfService(service), draft.here());
  }

  private Endpoint ofTenant(String tenant) {
    return select(Map.of("tenant", tenant));
  }

  private Endpoint app(String tenant, String app) {
    return select(Map.of("tenant", tenant, "app", app));
  }

  private Endpoint host(String tenant, int index) {
    return select(Map.of("host", tenant + "-" + index));
  }

  private Endpoint apps(String tenant, String... apps) {
    Selector.Requirement in = new Selector.Requirement("app", Selector.Operator.IN, List.of(apps));
    Selector selector = new Selector(Map.of("tenant", tenant), List.of(in));
    return new Endpoint(new Place.OfSelector(selector), new Endpoint.Ports.Any(), draft.here());
  }

  private Endpoint select(Map<String, String> labels) {
    Selector selector = new Selector(labels, List.of());
    return new Endpoint(new Place.OfSelector(selector), new Endpoint.Ports.Any(), draft.here());
  }

  private static Endpoint to(Endpoint end, String ports) {
    Endpoint.Ports explicit = new Endpoint.Ports.Explicit(PortSet.parse(ports));
    return new Endpoint(end.place(), explicit, end.at());
  }

  private static Address address(int bits) {
    return Address.ipv4(bits);
  }

  private static String dotted(int bits) {
    return Address.ipv4(bits).toString();
  }
}
