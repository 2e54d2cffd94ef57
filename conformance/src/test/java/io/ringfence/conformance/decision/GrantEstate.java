package io.ringfence.conformance.decision;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Action;
import io.ringfence.model.Address;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Condition;
import io.ringfence.model.Endpoint;
import io.ringfence.model.EngineCatalogue;
import io.ringfence.model.Gateway;
import io.ringfence.model.Isolation;
import io.ringfence.model.Mode;
import io.ringfence.model.NamePattern;
import io.ringfence.model.Place;
import io.ringfence.model.Prefix;
import io.ringfence.model.Role;
import io.ringfence.model.Segment;
import io.ringfence.model.Separation;
import io.ringfence.model.Service;
import io.ringfence.model.SourceLocation;
import io.ringfence.model.Tenant;
import io.ringfence.model.Tier;
import io.ringfence.model.Workload;
import io.ringfence.model.WorkloadKind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A deployment with as many grants as one asks for: each of its clients, half of them members of
 * tenants, may do what a role does on some collections by pattern, every tenth grant under a
 * condition.
 *
 * @param grants how many access rules there are
 */
record GrantEstate(int grants) {
  static final String GATEWAY = "gateway";
  static final Address SERVER = Address.parse("10.9.0.20");
  static final int PORT = 6334;
  static final String CONDITION = "device.healthy && device.risk < 50";
  static final Map<String, Set<Action>> ROLES =
      Map.of(
          "reader", EnumSet.of(Action.QUERY),
          "writer", EnumSet.of(Action.QUERY, Action.INSERT, Action.UPDATE, Action.DELETE),
          "indexer", EnumSet.of(Action.INDEX, Action.MANAGE));
  private static final List<String> ROLE_OF_GRANT =
      List.of("reader", "writer", "reader", "indexer");
  private static final int GRANTS_PER_CLIENT = 10;
  private static final int TENANTS_MAX = 64;
  private static final int CONDITIONAL = 10;
  private static final SourceLocation AT = SourceLocation.BUILT_IN;

  /** One grant, in the words that any engine has for it. */
  record Terms(String identity, Address source, String role, String prefix, boolean conditional) {}

  /** What the grant with a number permits. */
  Terms terms(int number) {
    int client = client(number);
    String own = tenant(client).map(t -> t + "-").orElse("");
    return new Terms(
        identity(client),
        address(client),
        ROLE_OF_GRANT.get(number % ROLE_OF_GRANT.size()),
        own + "kb-" + number + "-",
        number % CONDITIONAL == CONDITIONAL - 1);
  }

  private static int client(int grant) {
    return grant / GRANTS_PER_CLIENT;
  }

  private int clients() {
    return client(grants - 1) + 1;
  }

  private static String identity(int client) {
    return "spiffe://example.org/client/" + client;
  }

  private static Address address(int client) {
    return Address.ipv4((10 << 24) + 256 + client);
  }

  private static Optional<String> tenant(int client) {
    return client % 2 == 0 ? Optional.of("tenant" + client / 2 % TENANTS_MAX) : Optional.empty();
  }

  Blueprint blueprint() {
    Map<String, Segment> segments = new LinkedHashMap<>();
    segments.put("app", segment("app", "10.0.0.0/13"));
    segments.put("vectordb", segment("vectordb", "10.9.0.0/24"));
    Map<String, Role> roles = new LinkedHashMap<>();
    ROLES.forEach((name, actions) -> roles.put(name, new Role(name, actions, AT)));
    return new Blueprint(
        "grants-" + grants,
        segments,
        workloads(),
        List.of(),
        Optional.empty(),
        tenants(),
        roles,
        Map.of(GATEWAY, gateway()),
        rules(),
        List.of(),
        List.of(),
        List.of(),
        Map.of(),
        Map.of(),
        List.of());
  }

  private static Segment segment(String name, String network) {
    return new Segment(
        name,
        Tier.DATABASE,
        List.of(Prefix.parse(network)),
        Isolation.VLAN,
        OptionalInt.empty(),
        OptionalInt.empty(),
        Mode.ENFORCE,
        AT);
  }

  private Map<String, Workload> workloads() {
    Map<String, Workload> out = new LinkedHashMap<>();
    Map<String, Service> engine = EngineCatalogue.find("qdrant").orElseThrow().services();
    add(out, GATEWAY, "vectordb", Address.parse("10.9.0.5"), WorkloadKind.GATEWAY, null, Map.of());
    add(out, "qdrant", "vectordb", SERVER, WorkloadKind.GENERIC, null, engine);
    for (int i = 0; i < clients(); i++) {
      add(out, "c" + i, "app", address(i), WorkloadKind.GENERIC, identity(i), Map.of());
    }
    return out;
  }

  private static void add(
      Map<String, Workload> to,
      String name,
      String segment,
      Address address,
      WorkloadKind kind,
      String identity,
      Map<String, Service> services) {
    Optional<String> engine = services.isEmpty() ? Optional.empty() : Optional.of("qdrant");
    to.put(
        name,
        new Workload(
            name,
            segment,
            List.of(address),
            kind,
            Optional.ofNullable(identity),
            Map.of(),
            engine,
            services,
            AT));
  }

  private Map<String, Tenant> tenants() {
    Map<String, List<Tenant.Member>> members = new LinkedHashMap<>();
    for (int i = 0; i < clients(); i++) {
      Tenant.Member member = new Tenant.Member.Spiffe(identity(i));
      tenant(i).ifPresent(t -> members.computeIfAbsent(t, k -> new ArrayList<>()).add(member));
    }
    Map<String, Tenant> out = new LinkedHashMap<>();
    members.forEach(
        (name, those) ->
            out.put(
                name,
                new Tenant(
                    name,
                    those,
                    Separation.NAMES,
                    Optional.of(name + "-"),
                    List.of(new NamePattern(name + "-*")),
                    Optional.empty(),
                    Optional.empty(),
                    AT)));
    return out;
  }

  private static Gateway gateway() {
    return new Gateway(
        GATEWAY,
        List.of("qdrant"),
        Map.of(),
        Optional.empty(),
        Map.of(),
        new Gateway.Identity(Gateway.Demand.REQUIRED, Optional.empty()),
        Gateway.Sessions.DEFAULT,
        Gateway.Limits.NONE,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        AT);
  }

  private List<AccessRule> rules() {
    List<AccessRule> out = new ArrayList<>();
    Endpoint to =
        new Endpoint(new Place.OfWorkload("qdrant"), new Endpoint.Ports.OfService("grpc"), AT);
    for (int i = 0; i < grants; i++) {
      Terms terms = terms(i);
      Place client = new Place.OfWorkload("c" + client(i));
      out.add(
          new AccessRule(
              "grant" + i,
              AccessRule.Origin.ACCESS,
              List.of(new Endpoint(client, new Endpoint.Ports.Any(), AT)),
              List.of(to),
              Optional.of(GATEWAY),
              Optional.of(terms.role()),
              List.of(new NamePattern(terms.prefix() + "*")),
              false,
              Optional.empty(),
              terms.conditional() ? Optional.of(new Condition(CONDITION, AT)) : Optional.empty(),
              Optional.empty(),
              AT));
    }
    return out;
  }
}
