package io.ringfence.targets.nftables;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.testing.BlueprintGenerator;
import io.ringfence.model.testing.RagPlatform;
import io.ringfence.targets.nftables.ruleset.Ruleset;
import io.ringfence.verifier.projection.NetworkProjection;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The kernel takes every ruleset, in both forms, and what it lists is still the blueprint. */
@Tag("kernel")
class KernelListingTest {
  private static final int GENERATED = 5;

  @BeforeAll
  static void requireKernel() {
    TestingNamespace.require();
  }

  private static List<Blueprint> blueprints() {
    List<Blueprint> out = new ArrayList<>(List.of(RagPlatform.blueprint()));
    BlueprintGenerator generator = new BlueprintGenerator(20);
    for (int i = 0; i < GENERATED; i++) {
      out.add(generator.next());
    }
    return out;
  }

  @Test
  void loadedFromJsonItReadsBack() {
    try (TestingNamespace namespace = new TestingNamespace("list")) {
      for (Blueprint blueprint : blueprints()) {
        NetworkProjection projection = new NetworkProjection(new Directory(blueprint));
        for (Placement at : TestingBlueprint.placements(projection)) {
          // Each load replaces the one before it.
          namespace.load(NftablesRenderer.render(projection, at, new Generation(4095)).json());
          faithful(projection, at, namespace.listing());
        }
      }
    }
  }

  @Test
  void loadedFromTextItReadsBack() {
    try (TestingNamespace namespace = new TestingNamespace("text")) {
      for (Blueprint blueprint : blueprints().subList(0, 3)) {
        NetworkProjection projection = new NetworkProjection(new Directory(blueprint));
        for (Placement at : TestingBlueprint.placements(projection)) {
          Ruleset ruleset = NftablesRenderer.render(projection, at, new Generation(2));
          namespace.load(ruleset.text());
          faithful(projection, at, namespace.listing());
          // Numbers for names, as the agent has it listed.
          faithful(projection, at, namespace.listing("-j", "-nn", "-y"));
        }
      }
    }
  }

  private static void faithful(NetworkProjection projection, Placement at, JsonNode listing) {
    String name = projection.directory().blueprint().name() + ", " + at.name();
    assertEquals(List.of(), ReadBack.compare(projection, at, listing).sentences(), name);
  }

  /** Names with quotes, dollars and 300 letters; groups, nested prefixes, port maps. */
  @Test
  void oddNamesAndEveryStructure() {
    String quoted = "9 odd \"rule\" $name \u00e9";
    TestingBlueprint blueprint =
        new TestingBlueprint()
            .segment("a", "10.1.0.0/16", "fd00:1::/64")
            .workload("v", "a", "10.1.9.9", "fd00:1::9:9")
            .permit("x".repeat(300), "v", "203.0.113.0/24", "80/tcp", "8000-8100/tcp")
            .permit(quoted, "198.51.100.0/24", "v", "82/tcp", "sctp")
            .permit("inner", "198.51.100.64/26", "v", "80-100/tcp")
            .permit("six", "2001:db8::/32", "v", "80-100/tcp", "icmp/echo-request")
            .permit("name", "v", "a".repeat(60) + ".example.com", "443/tcp", "8000-9000/udp")
            .permit("world", "internet", "v", "443/tcp");
    for (int i = 1; i <= 100; i++) {
      blueprint.workload("w" + i, "a", "10.1.0." + i, "fd00:1::" + i);
    }
    blueprint.permit("all", "a", "v", "5432/tcp", "6000-7000/tcp");
    for (int i = 0; i < 12; i++) {
      int port = 1000 + 20 * i;
      blueprint.permit("p" + i, "w1", "v", port + "-" + (port + 9) + "/tcp");
    }
    NetworkProjection projection = blueprint.projection();
    try (TestingNamespace namespace = new TestingNamespace("odd")) {
      for (String name : List.of("v@10.1.9.9", "v@fd00:1::9:9", "w1@10.1.0.1", "a")) {
        Placement at = TestingBlueprint.placement(projection, name);
        Ruleset ruleset = NftablesRenderer.render(projection, at, new Generation(1));
        namespace.load(ruleset.text());
        faithful(projection, at, namespace.listing());
        namespace.load(ruleset.json());
        faithful(projection, at, namespace.listing());
      }
    }
  }

  @Test
  void filledSetsOfNamesReadBackAsTheNames() {
    NetworkProjection projection =
        new TestingBlueprint()
            .segment("a", "10.1.0.0/24")
            .workload("w", "a", "10.1.0.1")
            .permit("name", "w", "s3.example.com", "443/tcp")
            .projection();
    Placement at = TestingBlueprint.placement(projection, "w@10.1.0.1");
    try (TestingNamespace namespace = new TestingNamespace("fqdn")) {
      namespace.load(NftablesRenderer.render(projection, at, new Generation(1)).json());
      String set = NftablesRenderer.fqdnSet("s3.example.com", io.ringfence.model.Family.IPV4);
      namespace.inside("nft", "add element inet ringfence " + set + " { 203.0.113.7 timeout 60s }");
      faithful(projection, at, namespace.listing());
    }
  }
}
