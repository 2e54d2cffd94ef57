package io.ringfence.cli;

import io.ringfence.language.BlueprintFormatter;
import io.ringfence.language.SourceFile;
import io.ringfence.model.Audience;
import io.ringfence.model.Engine;
import io.ringfence.model.EngineCatalogue;
import io.ringfence.model.Service;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A blueprint to begin with: tenants' applications reach one engine through a gateway, each its own
 * collections, and nothing else reaches it. It proves clean as it is.
 *
 * @param tenants their names, each once
 */
record StarterBlueprint(Engine engine, List<String> tenants) {
  /** The addresses of the application segment that tenants' applications get. */
  static final int TENANTS_MAX = 200;

  private static final int FIRST_TENANT = 11;

  StarterBlueprint {
    tenants = List.copyOf(tenants);
    Set<String> once = new LinkedHashSet<>(tenants);
    if (once.size() != tenants.size()) {
      throw new Failure("a tenant is named twice");
    }
    if (tenants.isEmpty() || tenants.size() > TENANTS_MAX) {
      throw new Failure("name 1 to " + TENANTS_MAX + " tenants");
    }
    for (String tenant : tenants) {
      if (!tenant.matches("(?=.{1,40}$)[a-z][a-z0-9]*(-[a-z0-9]+)*")) {
        throw new Failure(
            "`"
                + tenant
                + "` is no tenant's name here; write lower-case letters, digits and dashes, 40 at"
                + " most");
      }
    }
  }

  /** Run by its vendor, and a store of other engines' settings rather than of vectors. */
  private static final Set<String> WITHOUT = Set.of("pinecone", "etcd");

  /** The engines that it can be written for: those that one runs oneself and asks for vectors. */
  static List<String> engines() {
    return EngineCatalogue.engines().keySet().stream().filter(e -> !WITHOUT.contains(e)).toList();
  }

  /** The YAML in its canonical form, with comments that say what to change. */
  String text() {
    SourceFile draft = new SourceFile("starter", draft());
    return new BlueprintFormatter().format(draft).text().orElseThrow();
  }

  private String draft() {
    return """
    # A first blueprint: the applications of each tenant use %1$s through a gateway, and nothing else reaches it.
    #
    #   ringfence verify           proves the guardrails below, over every flow there can be
    #   ringfence graph -o svg     draws it
    #   ringfence explain %2$s-app %3$s %4$s
    #
    # Every name and address is an example: put yours in their place. What a line means: docs/LANGUAGE.md.
    ringfence: v1
    name: %3$s-platform

    # Whatever no rule below permits, between segments and inside them, is denied.
    segments:
      app:        { tier: application, networks: [10.10.1.0/24] }
      vectordb:   { tier: database,    networks: [10.10.2.0/24], isolation: micro }
      operations: { tier: management,  networks: [10.10.3.0/28] }
      # `internet` is built in: every unicast address that no segment claims

    workloads:
    %5$s
      gateway: { segment: vectordb, addresses: [10.10.2.5], kind: gateway }
      %3$s: { segment: vectordb, addresses: [%6$s], engine: %3$s } # its ports come with the engine
      bastion: { segment: operations, addresses: [10.10.3.2], kind: bastion, identity: spiffe://example.org/operations/bastion }

    # Who administers the machines themselves: to every workload, bound by the guardrails like any rule.
    management: { from: bastion, ports: [22/tcp] }

    # Customers. A tenant owns the collections whose names its patterns match; no other tenant reaches them.
    tenants:
    %7$s

    roles: # of: query insert update delete index manage cluster snapshot metrics health
      application: { actions: [query, insert, update, delete] }
      operator: { actions: [index, manage, snapshot] }

    gateways:
      gateway:
        in-front-of: [%3$s]
        tls: { certificate: { file: keys/gateway.pem }, key: { file: keys/gateway.key }, trust: { example.org: { file: keys/ca.pem } } }
        upstream: { %3$s: { tls: { san: %3$s.internal } } }
        identity: { mtls: required }
        sessions: { max: 15m, recheck: 60s }
        limits: { requests: 500/s per principal }
        audit: { to: audit/ }

    access:
    %8$s
      - { name: operate, from: bastion, to: %9$s, through: gateway, role: operator, collections: ["*"], tenants: all }
    %10$s
    # What must hold whatever the rules say. `ringfence verify` proves each or shows a flow that breaks it.
    guardrails:
      - { name: no-public-database, never: { from: internet, to: vectordb } }
      - { name: no-exfiltration, never: { from: vectordb, to: internet } }
      - { name: gateway-only, only: { from: gateway, to: [%11$s] } }
      - { name: tenants-apart, isolated: tenants }
    %12$s

    # What you expect, checked by `ringfence verify` too.
    tests:
    %13$s
      - { expect: deny, flow: { from: %2$s-app, to: %3$s, port: %4$s } } # past the gateway
    """
        .formatted(
            engine.title(),
            tenants.getFirst(),
            engine.name(),
            client().ports().ranges().getFirst(),
            lines(this::workload),
            serverAddresses(),
            lines(this::tenant),
            lines(this::rule),
            engine.name() + "/" + client().name(),
            peers(),
            services(Audience.GATEWAY),
            lines(this::contained),
            lines(this::test));
  }

  private interface Line {
    String of(String tenant, int index);
  }

  private String lines(Line line) {
    List<String> out = new ArrayList<>();
    for (int i = 0; i < tenants.size(); i++) {
      out.add("  " + line.of(tenants.get(i), i));
    }
    return String.join("\n", out);
  }

  private String workload(String tenant, int index) {
    return "%1$s-app: { segment: app, addresses: [10.10.1.%2$d], identity: spiffe://example.org/%1$s/app }"
        .formatted(tenant, FIRST_TENANT + index);
  }

  private String tenant(String tenant, int index) {
    return "%1$s: { members: [spiffe://example.org/%1$s/app], separation: names, collections: [\"%2$s*\"] }"
        .formatted(tenant, prefix(tenant));
  }

  private String rule(String tenant, int index) {
    return "- { name: %1$s, from: %1$s-app, to: %2$s/%3$s, through: gateway, role: application, collections: [\"%4$s*\"] }"
        .formatted(tenant, engine.name(), client().name(), prefix(tenant));
  }

  /** What names of a tenant's collections begin with, in letters that every engine takes. */
  private String prefix(String tenant) {
    String name = tenant.replace('-', '_') + separator();
    return engine.name().equals("weaviate")
        ? name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1)
        : name;
  }

  /** Two where one would let a tenant's names begin another's: {@code a_*} and {@code a_b_*}. */
  private String separator() {
    boolean extended =
        tenants.stream().anyMatch(t -> tenants.stream().anyMatch(o -> o.startsWith(t + "-")));
    return extended ? "__" : "_";
  }

  private String contained(String tenant, int index) {
    return "- { name: %1$s-contained, contained: { compromise: %1$s-app, within: [] } }"
        .formatted(tenant);
  }

  private String test(String tenant, int index) {
    String own = test("permit", tenant, tenant);
    return tenants.size() == 1
        ? own
        : own + "\n  " + test("deny", tenant, tenants.get((index + 1) % tenants.size()));
  }

  private String test(String expect, String tenant, String owner) {
    return "- { expect: %1$s, flow: { from: %2$s-app, to: %3$s, port: %4$s, via: gateway, as: spiffe://example.org/%2$s/app, do: query, collection: %5$sdocs } }"
        .formatted(
            expect, tenant, engine.name(), client().ports().ranges().getFirst(), prefix(owner));
  }

  /** Nodes of one cluster talk to one another, where the engine has a port for that. */
  private String peers() {
    return has(Audience.CLUSTER)
        ? "  - { name: peers, from: %s, to: [%s], encryption: mtls }\n"
            .formatted(engine.name(), services(Audience.CLUSTER))
        : "";
  }

  private String serverAddresses() {
    return has(Audience.CLUSTER) ? "10.10.2.11, 10.10.2.12, 10.10.2.13" : "10.10.2.11";
  }

  private boolean has(Audience audience) {
    return engine.services().values().stream().anyMatch(s -> s.audience() == audience);
  }

  private String services(Audience audience) {
    return engine.services().values().stream()
        .filter(s -> s.audience() == audience)
        .map(s -> engine.name() + "/" + s.name())
        .collect(Collectors.joining(", "));
  }

  /** The service that clients are shown, of several the fastest. */
  private Service client() {
    return engine.services().values().stream()
        .filter(s -> s.audience() == Audience.GATEWAY)
        .findFirst()
        .orElseThrow();
  }
}
