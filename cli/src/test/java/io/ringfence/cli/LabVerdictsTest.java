package io.ringfence.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ringfence.model.Address;
import io.ringfence.model.Directory;
import io.ringfence.model.Flow;
import io.ringfence.model.Protocol;
import io.ringfence.model.Verdict;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What should become of a flow in a lab, where some segments only observe. */
class LabVerdictsTest {
  private static final Directory DIRECTORY =
      BlueprintSource.ofTexts(
              Map.of(
                  "observing.yaml",
                  TestingText.SMALL
                      .replace("[10.0.0.0/24]", "[10.0.0.0/24], mode: observe")
                      .replace("[10.0.1.0/24]", "[10.0.1.0/24], mode: observe")))
          .directory();

  private static final boolean PASSES = true;
  private static final boolean STOPS = false;

  @TestFactory
  Stream<DynamicTest> verdicts() {
    return Stream.of(
        verdict(PASSES, "front", "10.0.0.2", "10.0.1.2", 8080),
        verdict(PASSES, "observing edge", "10.0.0.2", "10.0.1.2", 22),
        verdict(PASSES, "observing edge", "10.0.0.2", "192.0.2.1", 443),
        verdict(PASSES, "observing app", "192.0.2.1", "10.0.1.2", 443),
        verdict(PASSES, "search", "10.0.1.2", "10.0.2.2", 6334),
        verdict(STOPS, "no-shortcut", "10.0.0.2", "10.0.2.2", 6334),
        verdict(STOPS, "default-deny/db", "10.0.1.2", "10.0.2.2", 22),
        verdict(STOPS, "default-deny/db", "192.0.2.1", "10.0.2.2", 22),
        verdict(STOPS, "default-deny/db", "10.0.2.2", "192.0.2.1", 443));
  }

  private static DynamicTest verdict(
      boolean passes, String decider, String from, String to, int port) {
    Flow flow = new Flow(Address.parse(from), Address.parse(to), Protocol.TCP, port);
    return DynamicTest.dynamicTest(
        flow.toString(),
        () -> {
          Verdict verdict = LabVerdicts.enforced(DIRECTORY).apply(flow);
          assertEquals(passes, verdict.permitted(), verdict.text());
          assertEquals(decider, verdict.decider());
          assertEquals(true, LabVerdicts.open().apply(flow).permitted());
        });
  }
}
