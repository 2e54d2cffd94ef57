package io.ringfence.conformance.mutants;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.agent.kernel.LibNftables;
import io.ringfence.conformance.mutants.WitnessReplay.Answer;
import io.ringfence.conformance.mutants.WitnessReplay.Answered;
import io.ringfence.model.Address;
import io.ringfence.model.Directory;
import io.ringfence.model.testing.BlueprintSketch;
import io.ringfence.targets.nftables.Form;
import io.ringfence.targets.nftables.Generation;
import io.ringfence.targets.nftables.NftablesRenderer;
import io.ringfence.targets.nftables.Placement;
import io.ringfence.targets.nftables.ReadBack;
import io.ringfence.verifier.flows.FlowSpace;
import io.ringfence.verifier.projection.NetworkProjection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is acted out is what read-back said. */
@Tag("kernel")
class WitnessReplayTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final NetworkProjection PROJECTION =
      new NetworkProjection(
          new Directory(
              new BlueprintSketch()
                  .segment("edge", "10.1.0.0/24")
                  .segment("data", "10.2.0.0/24")
                  .workload("web", "edge", "10.1.0.5")
                  .workload("store", "data", "10.2.0.5")
                  .rule("search", "web", "store 6333/tcp")
                  .router("r", List.of(), "edge", "data")
                  .blueprint()));

  @BeforeAll
  static void requireKernel() {
    LibNftables.unavailable().ifPresent(WitnessReplayTest::skip);
    if (!Files.exists(Path.of("/dev/net/tun"))) {
      skip("there is no /dev/net/tun");
    }
  }

  private static void skip(String reason) {
    System.out.println("skipped: " + reason);
    assumeTrue(false, reason);
  }

  /** No packet is for a router without addresses, but those for all of a group. */
  @Test
  void anAnnouncedPacketWithoutSynIsSentWithoutSyn() throws Exception {
    Placement router = new Placement.AtRouter(PROJECTION.topology().routers().get("r"));
    List<Answered> answers =
        replay(
            router, "{\"jump\":{\"target\":\"midstream\"}}", "{\"jump\":{\"target\":\"errors\"}}");
    answers.forEach(a -> assertNotEquals(Answer.REFUTED, a.answer(), a.difference().text()));
    assertEquals(Answer.CONFIRMED, answers.getLast().answer(), answers::toString);
  }

  /** With SYN it would pass the ruleset as rendered, too. */
  @Test
  void whereOnlyAnnouncedPacketsAreTakenUpMidstreamTheKernelDoesSoToo() throws Exception {
    Placement host =
        PROJECTION.topology().hosts().values().stream()
            .filter(h -> h.addresses().contains(Address.parse("10.2.0.5")))
            .map(Placement.AtHost::new)
            .findFirst()
            .orElseThrow();
    List<Answered> answers = replay(host, "[\"new\",\"related\"]", "\"new\"");
    assertEquals(
        "a first packet without SYN that was announced",
        answers.getFirst().difference().situation().replaceFirst(".*, ", ""));
    assertEquals(Answer.CONFIRMED, answers.getFirst().answer(), answers::toString);
  }

  /** What the kernel says of a ruleset in whose input chain a text stands for another. */
  private static List<Answered> replay(Placement at, String old, String other) throws Exception {
    Generation generation = new Generation(1);
    JsonNode original = NftablesRenderer.render(PROJECTION, at, generation, Form.ENFORCING).json();
    JsonNode mutant = original.deepCopy();
    for (ObjectNode rule : new RulesetTree(mutant).rules("input")) {
      rule.set("expr", JSON.readTree(rule.get("expr").toString().replace(old, other)));
    }
    assertNotEquals(original, mutant);
    FlowSpace space = FlowSpace.of(PROJECTION.directory());
    ReadBack back = ReadBack.compare(PROJECTION, at, mutant, space);
    try (WitnessReplay replay = new WitnessReplay(at, PROJECTION.directory(), original, space)) {
      return replay.replay(mutant, back);
    }
  }
}
