package io.ringfence.conformance.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.ringfence.agent.kernel.LibNftables;
import io.ringfence.conformance.differential.BoundsDifferential.Known;
import io.ringfence.targets.nftables.read.Simplification;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The bounded slice of {@code bench/differential --imported}. */
@Tag("kernel")
class BoundsDifferentialTest {
  private static final long SEED = 3;
  private static final int RULESETS = 25;
  private static final int SIMPLIFIED = 12;
  private static final int FLOWS = 40;

  @BeforeAll
  static void requireKernel() {
    LibNftables.unavailable().ifPresent(BoundsDifferentialTest::skip);
    if (!Files.exists(Path.of("/dev/net/tun"))) {
      skip("there is no /dev/net/tun");
    }
  }

  private static void skip(String reason) {
    System.out.println("skipped: " + reason);
    assumeTrue(false, reason);
  }

  @Test
  void theKernelStaysWithinTheBounds() throws Exception {
    BoundsDifferential differential = new BoundsDifferential(SEED);
    differential.run(RULESETS, FLOWS);
    System.out.printf(
        "kernel against the bounds of others' rulesets: %d packets, %d rulesets, seed %d%n",
        differential.packets(), differential.rulesets(), SEED);
    assertEquals(List.of(), differential.disagreements());
    assertTrue(differential.count(Known.SURELY, true) > 500);
    assertTrue(differential.count(Known.NEVER, false) > 500);
    // What is taken both ways does turn out both ways.
    assertTrue(differential.count(Known.EITHER, true) > 20);
    assertTrue(differential.count(Known.EITHER, false) > 20);
    differential.sorts().forEach((sort, n) -> assertTrue(n[0] > 0 && n[1] > 0, sort));
  }

  /** Rulesets in the style of tools, with their interfaces here and nothing translated. */
  @ParameterizedTest
  @CsvSource({
    "server, eth0, eth1",
    "zones, eth1, wg*",
    "openwrt, br-lan, wan",
    "mesh, eth0, tailscale0",
    "oddities, eth0, eth1",
  })
  void toolsRulesetsStayWithinTheBounds(String name, String first, String second) throws Exception {
    Path path = Path.of("..", "targets", "src", "test", "resources", "imported", name + ".nft");
    String text =
        Files.readString(path)
            .replaceAll("(?m)^.*(masquerade|dnat (ip )?to).*$", "")
            .replace('"' + first + '"', "\"eth0\"")
            .replace('"' + second + '"', "\"eth1\"")
            // The flows here lie in other networks.
            .replaceAll("100\\.64\\.0\\.0/10|192\\.168\\.100\\.0-[0-9.]+", "10.0.1.0/24");
    BoundsDifferential differential = new BoundsDifferential(SEED);
    differential.run(text, 150);
    System.out.printf(
        "kernel against the bounds of `%s`: %d packets%n", name, differential.packets());
    assertEquals(List.of(), differential.disagreements());
    assertTrue(differential.packets() > 150, differential.packets() + " packets");
  }

  /** What is proved equal loads, and the kernel treats the original's packets as it says. */
  @Test
  void simplifiedRulesetsLoadAndDoTheSame() throws Exception {
    AtomicInteger changes = new AtomicInteger();
    BoundsDifferential differential =
        new BoundsDifferential(SEED + 1, json -> simplified(json, changes));
    differential.run(SIMPLIFIED, FLOWS);
    System.out.printf(
        "kernel against simplified rulesets: %d packets, %d rulesets, %d rules dropped or merged,"
            + " seed %d%n",
        differential.packets(), differential.rulesets(), changes.get(), SEED + 1);
    assertEquals(List.of(), differential.disagreements());
    assertTrue(changes.get() > 2 * SIMPLIFIED, changes + " changes");
  }

  private static String simplified(String listing, AtomicInteger changes) {
    try (Machine other = BoundsDifferential.machine()) {
      Simplification simple = Simplification.of(new ObjectMapper().readTree(listing));
      other.nft(simple.ruleset().toString());
      changes.addAndGet(simple.changes().size());
      return simple.ruleset().toString();
    } catch (Exception e) {
      throw new AssertionError(listing, e);
    }
  }

  @Test
  void misreadVerdictIsSeen() throws Exception {
    BoundsDifferential differential =
        new BoundsDifferential(SEED, json -> json.replace("\"drop\":null", "\"accept\":null"));
    differential.run(6, FLOWS);
    assertFalse(differential.disagreements().isEmpty());
  }

  @Test
  void endTakenForTheOtherIsSeen() throws Exception {
    BoundsDifferential differential =
        new BoundsDifferential(SEED, json -> json.replace("\"saddr\"", "\"daddr\""));
    differential.run(20, FLOWS);
    assertFalse(differential.disagreements().isEmpty());
  }
}
