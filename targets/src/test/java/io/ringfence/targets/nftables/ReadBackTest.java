package io.ringfence.targets.nftables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Mode;
import io.ringfence.model.testing.BlueprintGenerator;
import io.ringfence.model.testing.RagPlatform;
import io.ringfence.verifier.projection.NetworkProjection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code read(render(x)) == x}. */
class ReadBackTest {
  private static final int PER_SEED = 6;

  private static void faithful(NetworkProjection projection) {
    for (Placement at : TestingBlueprint.placements(projection)) {
      for (Form form : Form.values()) {
        faithful(projection, at, form);
      }
    }
  }

  private static void faithful(NetworkProjection projection, Placement at, Form form) {
    JsonNode json = NftablesRenderer.render(projection, at, new Generation(5), form).json();
    ReadBack back = ReadBack.compare(projection, at, json);
    String name = projection.directory().blueprint().name() + ", " + at.name() + ", " + form;
    assertEquals(List.of(), back.sentences(), name);
    assertTrue(form == Form.AS_DECLARED || back.observed().isEmpty(), name);
  }

  @Test
  void ragPlatform() {
    faithful(new NetworkProjection(new Directory(RagPlatform.blueprint())));
  }

  @Tag("slow")
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void generatedBlueprints(long seed) {
    BlueprintGenerator generator = new BlueprintGenerator(seed);
    for (int i = 0; i < PER_SEED; i++) {
      Blueprint blueprint = generator.next();
      faithful(new NetworkProjection(new Directory(blueprint)));
    }
  }

  /** More workloads than are told apart pair by pair, in overlapping groups, with port ranges. */
  @Test
  void groupsAndRanges() {
    TestingBlueprint blueprint =
        new TestingBlueprint()
            .segment("apps", "10.1.0.0/16", "fd00:1::/64")
            .segment("data", "10.2.0.0/24", "fd00:2::/64")
            .workload("redis", "data", "10.2.0.1", "fd00:2::1")
            .workload("pg", "data", "10.2.0.2");
    List<String> odd = new ArrayList<>();
    List<String> low = new ArrayList<>();
    for (int i = 1; i <= 150; i++) {
      blueprint.workload("app" + i, "apps", "10.1." + i % 3 + "." + i, "fd00:1::" + i);
      (i % 2 == 1 ? odd : low).add("app" + i);
      if (i < 100 && i % 2 == 1) {
        low.add("app" + i);
      }
    }
    faithful(
        blueprint
            .permit("odd", odd, List.of("redis", "pg"), "6379/tcp", "7000-7100/tcp")
            .permit("low", low, List.of("redis"), "6379/tcp", "7050-7200/tcp", "icmp/echo-request")
            .permit("all", "apps", "pg", "5432/tcp", "sctp")
            .permit("back", List.of("redis"), odd, "9000-9100/udp")
            .permit("one", "app7", "redis", "7100-7300/tcp")
            .projection());
  }

  /** Prefixes inside prefixes, some with a segment cut out of them, and names. */
  @Test
  void nestedPrefixes() {
    faithful(
        new TestingBlueprint()
            .segment("edge", "10.1.0.0/24", "fd00:1::/64")
            .workload("web", "edge", "10.1.0.1", "fd00:1::1")
            .workload("dns", "edge", "10.1.0.2")
            .resolver("dns")
            .permit("public", "internet", "web", "443/tcp")
            .permit("office", "198.51.100.0/24", "web", "22/tcp", "443/tcp")
            .permit("desk", "198.51.100.16/28", "web", "22/tcp", "8000-9000/tcp")
            .permit("lab", "10.0.0.0/8", "web", "8080-8090/tcp")
            .permit("rack", "10.1.0.0/16", "web", "8085-8095/tcp")
            .permit("shelf", "10.1.1.0/24", "web", "1-65535/tcp")
            .permit("six", "2001:db8::/32", "web", "22/tcp")
            .permit("out", "web", "203.0.113.0/25", "443/tcp")
            .permit("away", "web", "203.0.113.0/24", "443/tcp", "8443/tcp")
            .permit("s3", "web", "s3.example.com", "443/tcp", "8000-9000/tcp")
            .permit("s4", "web", "s4.example.com", "443/tcp")
            .permit("ping", "web", "internet", "icmp/echo-request")
            .projection());
  }

  @Test
  void routersWithAddressesOfTheirOwn() {
    faithful(
        new TestingBlueprint()
            .segment("a", "10.1.0.0/24", "fd00:1::/64")
            .segment("b", "10.2.0.0/24")
            .segment("c", "10.3.0.0/24")
            .workload("bastion", "a", "10.1.0.1", "fd00:1::1")
            .workload("gate", "b", "10.2.0.1", "10.2.0.254")
            .workload("db", "c", "10.3.0.1")
            .host("two", "10.1.0.1", "10.3.0.1")
            .router("r", Map.of("a", "eth0", "b", "eth1", "c", "eth1"), "10.2.0.254", "192.0.2.1")
            .permit("ssh", "bastion", "gate", "22/tcp")
            .permit("world", "internet", "gate", "443/tcp")
            .permit("fetch", "gate", "internet", "443/tcp")
            .permit("local", "gate", "db", "5432/tcp")
            .projection());
  }

  @Test
  void observingSegments() {
    faithful(
        new TestingBlueprint()
            .segment("trial", Mode.OBSERVE, "10.1.0.0/24")
            .segment("other", Mode.OBSERVE, "10.4.0.0/24")
            .segment("vectordb", "10.2.0.0/24")
            .workload("app", "trial", "10.1.0.5")
            .workload("peer", "other", "10.4.0.5")
            .workload("database", "vectordb", "10.2.0.5")
            .host("both", "10.1.0.5", "10.2.0.5")
            .router("r", Map.of("trial", "eth0", "vectordb", "eth1"))
            .router("q", Map.of("other", "eth0"))
            .permit("search", "app", "database", "6333/tcp")
            .never("no", "vectordb", "trial")
            .projection());
  }

  @Test
  void nothingPermitted() {
    faithful(
        new TestingBlueprint()
            .segment("a", "10.1.0.0/24")
            .workload("w", "a", "10.1.0.1")
            .projection());
  }

  /** A name that nft cannot bear keeps its meaning through the set's comment. */
  @Test
  void longNamesAndMany() {
    String label = "a".repeat(60);
    TestingBlueprint blueprint =
        new TestingBlueprint()
            .segment("a", "10.1.0.0/24")
            .workload("w", "a", "10.1.0.1")
            .workload("v", "a", "10.1.0.2")
            .permit("x".repeat(300), "w", "v", "80/tcp")
            .permit("x".repeat(299) + "y", "w", "v", "81/tcp")
            .permit("9 odd \"rule\" $name", "v", "w", "82/tcp");
    IntStream.range(0, 12)
        .forEach(i -> blueprint.permit("n" + i, "w", label + i + ".example.com", "443/tcp"));
    IntStream.range(0, 12)
        .forEach(
            i ->
                blueprint.permit(
                    "p" + i, "w", "v", 1000 + 20 * i + "-" + (1000 + 20 * i + 9) + "/tcp"));
    faithful(blueprint.projection());
  }
}
