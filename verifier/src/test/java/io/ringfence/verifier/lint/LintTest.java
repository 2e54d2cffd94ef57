package io.ringfence.verifier.lint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ringfence.model.Action;
import io.ringfence.model.Directory;
import io.ringfence.model.Encryption;
import io.ringfence.model.Isolation;
import io.ringfence.model.Tier;
import io.ringfence.model.testing.BlueprintSketch;
import io.ringfence.verifier.Verification;
import io.ringfence.verifier.subject.Subject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each check beside the nearest deployment that is clean. */
class LintTest {
  private static final List<String> CLEAN = List.of();

  private static BlueprintSketch sketch() {
    return new BlueprintSketch()
        .segment("app", "10.0.1.0/24", "fd00:1::/64")
        .segment("db", Tier.DATABASE, Isolation.VLAN, "10.0.2.0/24")
        .segment("ops", Tier.MANAGEMENT, Isolation.VLAN, "10.0.3.0/28")
        .segment("secret", Tier.DATABASE, Isolation.MICRO, "10.0.4.0/28")
        .workload("web", "app", "10.0.1.10", "fd00:1::a")
        .workload("six", "app", "fd00:1::b")
        .workload("prometheus", "ops", "10.0.3.4")
        .workload("dns", "ops", "10.0.3.5")
        .workload("safe", "secret", "10.0.4.4")
        .engine("weaviate", "weaviate", "db", "10.0.2.10", "10.0.2.11")
        .role("reader", Action.QUERY)
        .role("scraper", Action.METRICS)
        .tenant("acme", "web", "acme-*");
  }

  private static BlueprintSketch behind() {
    return sketch().gateway("gateway", "db", "10.0.2.5", "weaviate");
  }

  private static List<String> lint(BlueprintSketch sketch) {
    Subject subject = new Subject(new Directory(sketch.blueprint()));
    return Verification.lint(subject).findings().stream()
        .map(f -> f.check() + " " + f.subject() + f.witness().map(w -> " " + w).orElse(""))
        .toList();
  }

  @Test
  void conditionsThatAskNothing() {
    for (String constant : List.of("true", "false", "1 == 2 && device.healthy", "1 / 0 > 1")) {
      assertEquals(
          List.of("constant-condition r"),
          lint(conditional(constant)).stream().map(f -> f.substring(0, 20)).toList(),
          constant);
    }
    for (String asked : List.of("device.healthy", "true && device.healthy", "size(device) > 1")) {
      assertEquals(CLEAN, lint(conditional(asked)), asked);
    }
  }

  private static BlueprintSketch conditional(String when) {
    return behind().through("gateway", "r", "web", "weaviate/rest", "reader", "acme-*", when);
  }

  @Test
  void worldOpenDatabases() {
    assertEquals(
        List.of("world-open-database r 192.0.2.1 -> 10.0.2.10 8080/tcp"),
        lint(sketch().rule("r", "internet", "weaviate/rest")));
    assertEquals(
        List.of("world-open-database r 192.0.2.1 -> 10.0.2.10 8080/tcp"),
        lint(sketch().rule("r", "192.0.0.0/8", "weaviate/rest")));
    assertEquals(CLEAN, lint(sketch().rule("r", "192.0.2.0/24", "weaviate/rest")));
    assertEquals(CLEAN, lint(sketch().rule("r", "internet", "web 443/tcp")));
  }

  @Test
  void gatewaysThatCanBeBypassed() {
    assertEquals(
        List.of("gateway-bypassed r 10.0.1.10 -> 10.0.2.10 8080/tcp"),
        lint(behind().rule("r", "web", "weaviate/rest")));
    assertEquals(CLEAN, lint(sketch().rule("r", "web", "weaviate/rest")));
    assertEquals(CLEAN, lint(behind().rule("r", "gateway", "weaviate/rest")));
    assertEquals(
        CLEAN, lint(behind().through("gateway", "r", "web", "weaviate/rest", "reader", "acme-*")));
  }

  @Test
  void enginePortsForOthers() {
    assertEquals(
        List.of("peer-port-exposed r 10.0.1.10 -> 10.0.2.10 8300/tcp"),
        lint(sketch().rule("r", "web", "weaviate/raft")));
    assertEquals(CLEAN, lint(sketch().rule("r", "weaviate", "weaviate/raft")));
    assertEquals(
        List.of("metrics-port-exposed r 10.0.1.10 -> 10.0.2.10 2112/tcp"),
        lint(sketch().rule("r", "web", "weaviate/metrics")));
    assertEquals(CLEAN, lint(sketch().rule("r", "prometheus", "weaviate/metrics")));
    assertEquals(
        List.of("nobody-port-reachable r 10.0.3.4 -> 10.0.2.10 6060/tcp"),
        lint(sketch().rule("r", "prometheus", "weaviate 6060/tcp")));
  }

  @Test
  void plaintextInMicroSegments() {
    assertEquals(
        List.of("plaintext-in-micro r 10.0.1.10 -> 10.0.4.4 443/tcp"),
        lint(sketch().rule("r", "web", "safe 443/tcp")));
    assertEquals(
        List.of("plaintext-in-micro r 10.0.1.10 -> 10.0.4.4 443/tcp"),
        lint(sketch().rule("r", "web", "safe 443/tcp", Encryption.NONE)));
    assertEquals(CLEAN, lint(sketch().rule("r", "web", "safe 443/tcp", Encryption.TLS)));
    assertEquals(CLEAN, lint(sketch().rule("r", "web", "safe 22/tcp")));
    assertEquals(CLEAN, lint(sketch().rule("r", "safe", "web 443/tcp")));
  }

  @Test
  void endsThatNameNothing() {
    assertEquals(
        List.of("selects-nothing r 10.0.1.10 -> 10.0.2.10 8080/tcp"),
        lint(sketch().segment("empty", "10.0.8.0/24").rule("r", "empty", "weaviate 8080/tcp")));
    assertEquals(
        List.of("selects-nothing r 10.0.1.10 -> 10.0.3.4 1/tcp"),
        lint(sketch().rule("r", "web", "prometheus/rest")));
  }

  @Test
  void endsOfDifferentFamilies() {
    assertEquals(
        List.of("no-shared-family r fd00:1::b -> fd00:1::a 443/tcp"),
        lint(sketch().rule("r", "six", "prometheus 443/tcp")));
    assertEquals(CLEAN, lint(sketch().rule("r", "six", "web 443/tcp")));
  }

  @Test
  void namesThatNobodyResolves() {
    BlueprintSketch without = sketch().egress("r", "web", "fqdn:a.example 443/tcp");
    assertEquals(List.of("fqdn-without-resolver r 10.0.1.10 -> 192.0.2.1 53/udp"), lint(without));
    assertEquals(CLEAN, lint(without.resolver("dns")));
    assertEquals(
        List.of("fqdn-without-resolver r fd00:1::b -> fd00:1::a 53/udp"),
        lint(sketch().egress("r", "six", "fqdn:a.example 443/tcp").resolver("dns")));
    assertEquals(
        List.of("fqdn-without-resolver r 10.0.1.10 -> 10.0.3.5 53/udp"),
        lint(
            sketch()
                .egress("r", "web", "fqdn:a.example 443/tcp")
                .resolver("dns")
                .never("quiet", "app", "ops")));
  }

  @Test
  void rulesThatOthersCover() {
    assertEquals(
        List.of("shadowed-rule b 10.0.1.10 -> 10.0.3.4 443/tcp"),
        lint(sketch().rule("a", "app", "ops 443/tcp").rule("b", "web", "prometheus 443/tcp")));
    assertEquals(
        List.of("redundant-rule a 10.0.1.10 -> 10.0.3.4 443/tcp"),
        lint(sketch().rule("a", "web", "prometheus 443/tcp").rule("b", "app", "ops 443/tcp")));
    assertEquals(
        List.of("shadowed-rule c 10.0.1.10 -> 10.0.3.4 443/tcp"),
        lint(
            sketch()
                .rule("a", "web", "prometheus 443/tcp")
                .rule("b", "web", "dns 443/tcp")
                .rule("c", "web", "ops 443/tcp")));
    assertEquals(
        CLEAN,
        lint(
            sketch()
                .rule("a", "app", "ops 443/tcp")
                .rule("b", "web", "prometheus 443/tcp", Encryption.TLS)));
    assertEquals(
        CLEAN,
        lint(
            sketch()
                .rule("a", "app", "ops 443/tcp")
                .rule("b", "web", "prometheus 443/tcp")
                .never("apart", "app", "ops", "b")));
  }

  @Test
  void equalPacketsDoNotCoverAnotherOperation() {
    BlueprintSketch roles =
        behind()
            .through("gateway", "a", "web", "weaviate/rest", "reader", "acme-*")
            .through("gateway", "b", "web", "weaviate/rest", "scraper", "acme-*");
    assertEquals(CLEAN, lint(roles));
    BlueprintSketch conditional =
        behind()
            .through("gateway", "a", "web", "weaviate/rest", "reader", "acme-*", "device.healthy")
            .through("gateway", "b", "web", "weaviate/rest", "reader", "acme-a*");
    assertEquals(CLEAN, lint(conditional));
    BlueprintSketch covered =
        behind()
            .through("gateway", "a", "web", "weaviate/rest", "reader", "acme-*")
            .through("gateway", "b", "web", "weaviate/rest", "reader", "acme-a*", "device.healthy");
    assertEquals(List.of("shadowed-rule b 10.0.1.10 -> 10.0.2.5 8080/tcp"), lint(covered));
  }

  @Test
  void rulesTogetherCoverAnOperation() {
    BlueprintSketch actions =
        behind()
            .role("writer", Action.INSERT)
            .role("both", Action.QUERY, Action.INSERT)
            .through("gateway", "a", "web", "weaviate/rest", "reader", "acme-*")
            .through("gateway", "b", "web", "weaviate/rest", "writer", "acme-*")
            .through("gateway", "c", "web", "weaviate/rest", "both", "acme-a*");
    assertEquals(List.of("shadowed-rule c 10.0.1.10 -> 10.0.2.5 8080/tcp"), lint(actions));
    BlueprintSketch oneMissing =
        behind()
            .role("writer", Action.INSERT)
            .role("all", Action.QUERY, Action.INSERT, Action.DELETE)
            .through("gateway", "a", "web", "weaviate/rest", "reader", "acme-*")
            .through("gateway", "b", "web", "weaviate/rest", "writer", "acme-*")
            .through("gateway", "c", "web", "weaviate/rest", "all", "acme-a*");
    assertEquals(CLEAN, lint(oneMissing));
    BlueprintSketch oneConditional =
        behind()
            .role("writer", Action.INSERT)
            .role("both", Action.QUERY, Action.INSERT)
            .through("gateway", "a", "web", "weaviate/rest", "reader", "acme-*")
            .through("gateway", "b", "web", "weaviate/rest", "writer", "acme-*", "device.healthy")
            .through("gateway", "c", "web", "weaviate/rest", "both", "acme-a*");
    assertEquals(CLEAN, lint(oneConditional));
  }

  @Test
  void prefixesWiderThanTheirWorkloads() {
    assertEquals(
        List.of("wide-range r 10.0.1.0 -> 10.0.3.4 443/tcp"),
        lint(sketch().rule("r", "10.0.1.0/24", "prometheus 443/tcp")));
    assertEquals(CLEAN, lint(sketch().rule("r", "10.0.1.10/32", "prometheus 443/tcp")));
    assertEquals(CLEAN, lint(sketch().rule("r", "app", "prometheus 443/tcp")));
  }

  @Test
  void rolesWithoutBounds() {
    assertEquals(
        List.of("role-without-collections r"),
        lint(behind().through("gateway", "r", "web", "weaviate/rest", "reader", "")));
    assertEquals(
        CLEAN, lint(behind().through("gateway", "r", "web", "weaviate/rest", "scraper", "")));
    assertEquals(
        List.of("tenants-all r"),
        lint(
            behind()
                .through("gateway", "r", "prometheus", "weaviate/rest", "reader", "all:acme-*")));
  }

  @Test
  void guardrailsThatGuardNothing() {
    assertEquals(
        List.of("idle-guardrail g 10.0.1.10 -> 10.0.2.10 1/tcp"),
        lint(sketch().never("g", "web", "weaviate 65535/udp").never("g", "fd00:1::/64", "weaviate"))
            .stream()
            .filter(t -> t.startsWith("idle"))
            .toList());
    assertEquals(
        List.of("idle-exception g 10.0.1.10 -> 10.0.3.4 443/tcp"),
        lint(sketch().rule("r", "web", "prometheus 443/tcp").never("g", "web", "weaviate", "r")));
  }

  @Test
  void managementIsListed() {
    assertEquals(
        List.of("management-access management 10.0.3.4 -> 10.0.1.10 22/tcp"),
        lint(sketch().managedFrom("prometheus")));
  }
}
