package io.ringfence.conformance.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ringfence.agent.kernel.LibNftables;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The bounded slice of {@code bench/differential}. */
@Tag("kernel")
class DifferentialTest {
  private static final long SEED = 5;
  private static final int BLUEPRINTS = 60;
  private static final long PACKETS = 12_000;

  @BeforeAll
  static void requireKernel() {
    LibNftables.unavailable().ifPresent(DifferentialTest::skip);
    if (!Files.exists(Path.of("/dev/net/tun"))) {
      skip("there is no /dev/net/tun");
    }
  }

  private static void skip(String reason) {
    System.out.println("skipped: " + reason);
    assumeTrue(false, reason);
  }

  @Test
  void theKernelDoesAsTheModelSays() throws Exception {
    Differential differential = new Differential(SEED);
    differential.run(BLUEPRINTS, PACKETS, 1);
    Tally tally = differential.tally();
    System.out.printf(
        "kernel against model: %d packets of %d flows, %d blueprints, seed %d%n",
        tally.packets(), differential.flows(), differential.blueprints(), SEED);
    assertEquals(List.of(), differential.disagreements().stream().map(Disagreement::text).toList());
    assertTrue(tally.packets() >= PACKETS);
    for (Kind kind : Kind.values()) {
      String sort = "kind/" + kind.name();
      assertTrue(tally.passed(sort) + tally.dropped(sort) > 0, () -> "no packet that " + kind);
    }
    for (String protocol : Tally.PROTOCOLS) {
      String sort = "protocol/" + protocol;
      assertTrue(tally.passed(sort) > 0, () -> "no " + protocol + " passed");
      assertTrue(tally.dropped(sort) > 0, () -> "no " + protocol + " was dropped");
    }
  }

  @Test
  void aRulesetThatLetsPassWhatItShouldDropIsSeen() throws Exception {
    assertSeen("\"drop\":null", "\"accept\":null");
  }

  @Test
  void aRulesetThatDropsWhatItShouldLetPassIsSeen() throws Exception {
    assertSeen("\"accept\":null", "\"drop\":null");
  }

  /** Hosts that tell processes apart come up in one blueprint of six. */
  @Test
  void aRulesetThatTakesOneUserForAnotherIsSeen() throws Exception {
    Differential differential =
        new Differential(SEED, json -> json.replace("[1000,{\"goto\"", "[1002,{\"goto\""));
    differential.run(40, 12_000, 1);
    assertFalse(differential.disagreements().isEmpty());
  }

  @Test
  void aRulesetThatForgetsWhoSendsIsSeen() throws Exception {
    Differential differential =
        new Differential(
            SEED,
            json ->
                json.replace(
                    "{\"vmap\":{\"key\":{\"meta\":{\"key\":\"skuid\"}},\"data\":\"@local\"}}",
                    "{\"accept\":null}"));
    differential.run(40, 12_000, 1);
    assertFalse(differential.disagreements().isEmpty());
  }

  private static void assertSeen(String what, String instead) throws Exception {
    Differential differential = new Differential(SEED, json -> json.replace(what, instead));
    differential.run(3, 600, 1);
    assertFalse(differential.disagreements().isEmpty());
  }
}
