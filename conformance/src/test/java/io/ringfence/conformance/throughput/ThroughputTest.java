package io.ringfence.conformance.throughput;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The slice of {@code bench/gateway} that CI runs: that everything is answered, no speeds. */
class ThroughputTest {
  private static final Duration SHORT = Duration.ofMillis(400);

  @TempDir Path folder;

  @Test
  void everySearchIsAnsweredThroughTheGatewayAndItsCpuIsCounted() throws Exception {
    Searches searches = new ChromaSearches();
    var settings = new GatewayBench.Settings(4, 2, SHORT, SHORT);
    try (GatewayBench bench = new GatewayBench(Site.in(folder), searches, settings)) {
      GatewayBench.Comparison done =
          bench.compare(
              new RingfenceGateway(searches),
              new RingfenceGateway(searches),
              Contender.Demand.MTLS_AND_JWT);
      assertTrue(done.micros().ratios().getFirst() > 0, "CPU is counted on both sides");
      assertTrue(done.perSecond().ones().getFirst() > 10, done.perSecond() + " requests a second");
    }
  }

  @Test
  void theWireAloneAnswersToo() throws Exception {
    Searches searches = new ChromaSearches();
    var settings = new GatewayBench.Settings(4, 1, SHORT, SHORT);
    try (GatewayBench bench = new GatewayBench(Site.in(folder), searches, settings)) {
      GatewayBench.Comparison done =
          bench.compare(new RingfenceWire(), new RingfenceWire(), Contender.Demand.MTLS);
      assertTrue(done.perSecond().ones().getFirst() > 10, done.perSecond() + " requests a second");
    }
  }

  /** What is measured is started as what is shipped. */
  @Test
  void flagsAreTheLaunchers() throws Exception {
    List<String> launcher = Files.readAllLines(Path.of("../ringfence"));
    assertTrue(launcher.contains("flags=(" + String.join(" ", OwnProgram.FLAGS) + ")"));
    assertTrue(launcher.contains("  gateway) flags+=(" + OwnProgram.GATEWAY_FLAG + ") ;;"));
  }

  @Test
  void quantilesAreOfTheLatenciesInOrder() {
    long[] latencies = new long[100];
    Arrays.setAll(latencies, i -> i + 1);
    Load.Window window = new Load.Window(Duration.ofSeconds(1), latencies);
    assertTrue(window.quantile(0.99).toNanos() == 99 && window.quantile(1).toNanos() == 100);
    assertTrue(window.quantile(0.001).toNanos() == 1 && window.perSecond() == 100);
  }
}
