package io.ringfence.targets.nftables;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ringfence.model.Directory;
import io.ringfence.model.Mode;
import io.ringfence.model.testing.RagPlatform;
import io.ringfence.targets.nftables.ruleset.Ruleset;
import io.ringfence.verifier.projection.NetworkProjection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rulesets as people read them; {@code -Dgolden.update=true} rewrites them, to be reviewed as code.
 */
class GoldenTest {
  private static final Path GOLDENS = Path.of("src/test/resources/nftables");

  private static final NetworkProjection RAG_PLATFORM =
      new NetworkProjection(new Directory(RagPlatform.blueprint()));

  @ParameterizedTest
  @ValueSource(strings = {"qdrant@10.20.2.11", "web@10.20.0.10", "bastion@10.20.3.2", "vectordb"})
  void ragPlatform(String placement) throws IOException {
    Placement at = TestingBlueprint.placement(RAG_PLATFORM, placement);
    Ruleset ruleset = NftablesRenderer.render(RAG_PLATFORM, at, new Generation(1));
    String file = placement.replace('@', '-');
    check(file + ".nft", ruleset.text());
  }

  @Test
  void asJson() throws IOException {
    Placement at = TestingBlueprint.placement(RAG_PLATFORM, "prometheus@10.20.3.5");
    Ruleset ruleset = NftablesRenderer.render(RAG_PLATFORM, at, new Generation(1));
    check("prometheus-10.20.3.5.json", ruleset.json().toPrettyString() + "\n");
  }

  @Test
  void observing() throws IOException {
    NetworkProjection projection =
        new TestingBlueprint()
            .segment("trial", Mode.OBSERVE, "10.1.0.0/24")
            .segment("vectordb", "10.2.0.0/24")
            .workload("app", "trial", "10.1.0.5")
            .workload("database", "vectordb", "10.2.0.5")
            .permit("search", "app", "database", "6333/tcp")
            .projection();
    Placement at = TestingBlueprint.placement(projection, "app@10.1.0.5");
    check("observing.nft", NftablesRenderer.render(projection, at, new Generation(1)).text());
  }

  @Test
  void sameBytesTwice() {
    for (Placement at : TestingBlueprint.placements(RAG_PLATFORM)) {
      NetworkProjection again = new NetworkProjection(new Directory(RagPlatform.blueprint()));
      Ruleset first = NftablesRenderer.render(RAG_PLATFORM, at, new Generation(3));
      Ruleset second = NftablesRenderer.render(again, at, new Generation(3));
      assertEquals(first.text(), second.text());
      assertEquals(first.json().toString(), second.json().toString());
    }
  }

  private static void check(String name, String actual) throws IOException {
    Path golden = GOLDENS.resolve(name);
    if (Boolean.getBoolean("golden.update")) {
      Files.createDirectories(GOLDENS);
      Files.writeString(golden, actual);
    }
    assertEquals(
        Files.readString(golden), actual, () -> golden + ": -Dgolden.update=true rewrites");
  }
}
