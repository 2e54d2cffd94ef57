package io.ringfence.model.testing;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Action;
import io.ringfence.model.Address;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Condition;
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
import io.ringfence.model.Separation;
import io.ringfence.model.Service;
import io.ringfence.model.SessionTerms;
import io.ringfence.model.SourceLocation;
import io.ringfence.model.Tenant;
import io.ringfence.model.Tier;
import io.ringfence.model.Workload;
import io.ringfence.model.WorkloadKind;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;

/** The deployment that everybody has, as a value: three tiers, two tenants, one Qdrant cluster. */
public final class RagPlatform {
  private static final SourceLocation AT = new SourceLocation("rag-platform.yaml", 1, 1);
  public static final String RAG_API = "spiffe://acme.example/ns/app/sa/rag-api";
  public static final String GLOBEX_API = "spiffe://acme.example/ns/globex/sa/api";
  public static final String ETL = "spiffe://acme.example/ns/ops/sa/etl";
  public static final String BASTION = "spiffe://acme.example/ns/ops/sa/bastion";
  public static final String PROMETHEUS = "spiffe://acme.example/ns/ops/sa/prometheus";

  private RagPlatform() {}

  public static Blueprint blueprint() {
    return new Blueprint(
        "rag-platform",
        byName(segments(), Segment::name),
        byName(workloads(), Workload::name),
        List.of("dns"),
        Optional.of(new Management(List.of(end("bastion")), PortSet.parse("22/tcp"), AT)),
        byName(tenants(), Tenant::name),
        byName(roles(), Role::name),
        Map.of("gateway", gateway()),
        access(),
        egress(),
        guardrails(),
        List.of(),
        Map.of(),
        Map.of(),
        List.of());
  }

  private static <T> Map<String, T> byName(List<T> values, Function<T, String> name) {
    Map<String, T> out = new LinkedHashMap<>();
    values.forEach(v -> out.put(name.apply(v), v));
    return out;
  }

  private static List<Segment> segments() {
    return List.of(
        segment("edge", Tier.APPLICATION, Isolation.VLAN, "10.20.0.0/24", "fd00:20:0::/64"),
        segment("app", Tier.APPLICATION, Isolation.VLAN, "10.20.1.0/24", "fd00:20:1::/64"),
        segment("vectordb", Tier.DATABASE, Isolation.MICRO, "10.20.2.0/24"),
        segment("operations", Tier.MANAGEMENT, Isolation.VLAN, "10.20.3.0/28"),
        segment("vault", Tier.DATABASE, Isolation.PHYSICAL, "10.99.0.0/28"));
  }

  private static Segment segment(String name, Tier tier, Isolation isolation, String... networks) {
    List<Prefix> prefixes = Arrays.stream(networks).map(Prefix::parse).toList();
    return new Segment(
        name,
        tier,
        prefixes,
        isolation,
        OptionalInt.empty(),
        OptionalInt.empty(),
        Mode.ENFORCE,
        AT);
  }

  private static List<Workload> workloads() {
    return List.of(
        workload("web", "edge", null, null, "10.20.0.10", "fd00:20:0::a"),
        workload("rag-api", "app", RAG_API, null, "10.20.1.10", "10.20.1.11", "fd00:20:1::a"),
        workload("globex-api", "app", GLOBEX_API, null, "10.20.1.20"),
        workload("etl", "operations", ETL, null, "10.20.3.4"),
        workload("bastion", "operations", BASTION, null, "10.20.3.2"),
        workload("prometheus", "operations", PROMETHEUS, null, "10.20.3.5"),
        workload("dns", "operations", null, null, "10.20.3.6"),
        workload("gateway", "vectordb", null, null, "10.20.2.5"),
        workload("qdrant", "vectordb", null, "qdrant", "10.20.2.11", "10.20.2.12", "10.20.2.13"));
  }

  private static Workload workload(
      String name, String segment, String identity, String engine, String... addresses) {
    Map<String, Service> services =
        engine == null ? Map.of() : EngineCatalogue.find(engine).orElseThrow().services();
    return new Workload(
        name,
        segment,
        Arrays.stream(addresses).map(Address::parse).toList(),
        name.equals("gateway") ? WorkloadKind.GATEWAY : WorkloadKind.GENERIC,
        Optional.ofNullable(identity),
        name.equals("rag-api") ? Map.of("team", "search") : Map.of(),
        Optional.ofNullable(engine),
        services,
        AT);
  }

  private static List<Tenant> tenants() {
    Tenant.PrivateEndpoint endpoint =
        new Tenant.PrivateEndpoint(Address.parse("10.20.1.100"), "gateway");
    return List.of(
        new Tenant(
            "acme",
            List.of(new Tenant.Member.Spiffe(RAG_API)),
            Separation.NAMES,
            Optional.empty(),
            List.of(new NamePattern("acme-*")),
            Optional.empty(),
            Optional.of(endpoint),
            AT),
        new Tenant(
            "globex",
            List.of(new Tenant.Member.Claim("https://login.acme.example", "org", "globex")),
            Separation.FILTER,
            Optional.empty(),
            List.of(),
            Optional.of(new Tenant.Rows("shared-docs", "tenant_id")),
            Optional.empty(),
            AT));
  }

  private static List<Role> roles() {
    return List.of(
        new Role("reader", Set.of(Action.QUERY), AT),
        new Role("ingester", Set.of(Action.QUERY, Action.INSERT, Action.UPDATE, Action.DELETE), AT),
        new Role(
            "operator", Set.of(Action.MANAGE, Action.INDEX, Action.SNAPSHOT, Action.CLUSTER), AT),
        new Role("scraper", Set.of(Action.METRICS, Action.HEALTH), AT));
  }

  private static Gateway gateway() {
    Gateway.Identity identity = new Gateway.Identity(Gateway.Demand.REQUIRED, Optional.empty());
    return new Gateway(
        "gateway",
        List.of("qdrant"),
        Map.of(),
        Optional.empty(),
        Map.of(),
        identity,
        Gateway.Sessions.DEFAULT,
        Gateway.Limits.NONE,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        AT);
  }

  private static List<AccessRule> access() {
    String office = "device.healthy && request.time.getHours() < 6";
    Endpoint globex =
        new Endpoint(
            new Place.OfTenant("globex", new Place.OfWorkload("globex-api")),
            new Endpoint.Ports.Any(),
            AT);
    return List.of(
        through("search", end("rag-api"), "grpc", "reader", List.of("acme-*"), false, null, null),
        through("lookup", globex, "rest", "reader", List.of("shared-docs"), false, null, null),
        through("ingest", end("etl"), "grpc", "ingester", List.of(), true, null, office),
        through(
            "operate",
            end("bastion"),
            "rest",
            "operator",
            List.of(),
            true,
            new SessionTerms(Optional.empty(), true),
            null),
        through("scrape", end("prometheus"), "rest", "scraper", List.of(), false, null, null),
        plain("peers", end("qdrant"), service("qdrant", "peer"), Encryption.TLS),
        plain("front", end("web"), ports("rag-api", "8080/tcp"), null),
        plain("public", internet(), ports("web", "443/tcp"), null),
        plain("jump", prefix("198.51.100.0/28", null), ports("bastion", "22/tcp"), null));
  }

  private static List<AccessRule> egress() {
    Endpoint backups =
        new Endpoint(
            new Place.OfFqdn("s3.eu-central-1.amazonaws.com"),
            new Endpoint.Ports.Explicit(PortSet.parse("443/tcp")),
            AT);
    return List.of(
        rule("backups", AccessRule.Origin.EGRESS, end("qdrant"), backups, null),
        rule(
            "upstream-dns",
            AccessRule.Origin.EGRESS,
            end("dns"),
            prefix("192.0.2.53/32", "53/udp"),
            null));
  }

  private static List<Guardrail> guardrails() {
    Endpoint vectordb = new Endpoint(new Place.OfSegment("vectordb"), new Endpoint.Ports.Any(), AT);
    Endpoint vault = new Endpoint(new Place.OfSegment("vault"), new Endpoint.Ports.Any(), AT);
    return List.of(
        new Guardrail.Never(
            "no-public-database", List.of(internet()), List.of(vectordb), List.of(), AT),
        new Guardrail.Never(
            "no-exfiltration", List.of(vectordb), List.of(internet()), List.of("backups"), AT),
        new Guardrail.Only(
            "no-bypass",
            List.of(end("gateway")),
            List.of(service("qdrant", "rest"), service("qdrant", "grpc")),
            List.of(),
            AT),
        new Guardrail.Isolated("tenants-apart", AT),
        new Guardrail.Contained(
            "contained", List.of(end("web")), List.of(end("rag-api")), Optional.empty(), AT),
        new Guardrail.Unreachable("air-gap", List.of(vault), List.of(), AT));
  }

  private static AccessRule through(
      String name,
      Endpoint from,
      String service,
      String role,
      List<String> collections,
      boolean allTenants,
      SessionTerms session,
      String when) {
    return new AccessRule(
        name,
        AccessRule.Origin.ACCESS,
        List.of(from),
        List.of(service("qdrant", service)),
        Optional.of("gateway"),
        Optional.of(role),
        collections.stream().map(NamePattern::new).toList(),
        allTenants,
        Optional.ofNullable(session),
        Optional.ofNullable(when).map(w -> new Condition(w, AT)),
        Optional.empty(),
        AT);
  }

  private static AccessRule plain(String name, Endpoint from, Endpoint to, Encryption encryption) {
    return rule(name, AccessRule.Origin.ACCESS, from, to, encryption);
  }

  private static AccessRule rule(
      String name, AccessRule.Origin origin, Endpoint from, Endpoint to, Encryption encryption) {
    return AccessRule.direct(
        name, origin, List.of(from), List.of(to), Optional.ofNullable(encryption), AT);
  }

  private static Endpoint end(String workload) {
    return new Endpoint(new Place.OfWorkload(workload), new Endpoint.Ports.Any(), AT);
  }

  private static Endpoint service(String workload, String service) {
    return new Endpoint(new Place.OfWorkload(workload), new Endpoint.Ports.OfService(service), AT);
  }

  private static Endpoint ports(String workload, String ports) {
    return new Endpoint(
        new Place.OfWorkload(workload), new Endpoint.Ports.Explicit(PortSet.parse(ports)), AT);
  }

  private static Endpoint internet() {
    return new Endpoint(new Place.Internet(), new Endpoint.Ports.Any(), AT);
  }

  private static Endpoint prefix(String prefix, String ports) {
    Endpoint.Ports meant =
        ports == null
            ? new Endpoint.Ports.Any()
            : new Endpoint.Ports.Explicit(PortSet.parse(ports));
    return new Endpoint(new Place.OfPrefix(Prefix.parse(prefix)), meant, AT);
  }
}
