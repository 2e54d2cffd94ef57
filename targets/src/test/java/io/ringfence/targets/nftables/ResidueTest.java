package io.ringfence.targets.nftables;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ringfence.model.Directory;
import io.ringfence.model.testing.RagPlatform;
import io.ringfence.verifier.projection.NetworkProjection;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResidueTest {
  private static final NetworkProjection PROJECTION =
      new NetworkProjection(new Directory(RagPlatform.blueprint()));

  private static List<String> at(String placement) {
    return Residue.of(PROJECTION, TestingBlueprint.placement(PROJECTION, placement)).stream()
        .map(Residue::text)
        .toList();
  }

  @Test
  void namesWhatEachRuleLeavesAndToWhom() {
    assertEquals(
        List.of(
            "`ingest`: role `ingester` is enforced by gateway `gateway`, not by nftables",
            "`ingest`: the condition is enforced by gateway `gateway`, not by nftables"),
        at("etl@10.20.3.4"));
    assertEquals(
        List.of(
            "`operate`: role `operator` is enforced by gateway `gateway`, not by nftables",
            "`operate`: the session is enforced by gateway `gateway`, not by nftables"),
        at("bastion@10.20.3.2"));
  }

  @Test
  void namesEncryptionAndNames() {
    List<String> left = at("qdrant@10.20.2.11");
    assertEquals(
        List.of(
            "`peers`: encryption `tls` is enforced by both ends themselves, not by nftables",
            "`backups`: which addresses `s3.eu-central-1.amazonaws.com` has is enforced by the"
                + " agent, which fills a set from the answers of `dns`, not by nftables"),
        left.stream().filter(t -> t.startsWith("`peers`") || t.startsWith("`backups`")).toList());
  }

  @Test
  void nothingIsLeftWherePortsSayItAll() {
    assertEquals(List.of(), at("web@10.20.0.10"));
  }
}
