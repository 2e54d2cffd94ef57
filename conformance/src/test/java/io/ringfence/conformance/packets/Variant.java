package io.ringfence.conformance.packets;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ringfence.conformance.differential.Site;
import io.ringfence.model.Directory;
import io.ringfence.targets.nftables.Form;
import io.ringfence.targets.nftables.Generation;
import io.ringfence.targets.nftables.NftablesRenderer;
import io.ringfence.targets.nftables.Placement;
import io.ringfence.targets.nftables.ReadBack;
import io.ringfence.targets.nftables.ruleset.Ruleset;
import io.ringfence.verifier.flows.FlowSpaceFullException;
import io.ringfence.verifier.projection.NetworkProjection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** One policy in one writing, loaded, and what its connections cost so far. */
final class Variant implements AutoCloseable {
  /** How a policy is written. */
  enum Writing {
    RENDERED("rendered"),
    LINEAR("one by one"),
    UNCOUNTED("uncounted");

    private final String text;

    Writing(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  /**
   * What it took to get a policy into the kernel, in seconds.
   *
   * @param readBackSeconds NaN when it was not read back
   * @param unproved why it was tried and could not be
   */
  record Preparation(
      double renderSeconds,
      double loadSeconds,
      double readBackSeconds,
      Optional<String> unproved) {}

  private final Writing writing;
  private final SizedPolicy policy;
  private final int ruleCount;
  private final int connections;
  private final LoadedRouter router;
  private final Preparation preparation;
  private final List<LoadedRouter.Cost> costs = new ArrayList<>();

  private Variant(
      Writing writing,
      SizedPolicy policy,
      int ruleCount,
      int connections,
      LoadedRouter router,
      Preparation preparation) {
    this.writing = writing;
    this.policy = policy;
    this.ruleCount = ruleCount;
    this.connections = connections;
    this.router = router;
    this.preparation = preparation;
  }

  static Variant load(
      Writing writing, SizedPolicy policy, int ruleCount, int connections, boolean readBack)
      throws Exception {
    NetworkProjection projection = new NetworkProjection(new Directory(policy.blueprint()));
    Placement placement =
        new Placement.AtRouter(projection.topology().routers().get(SizedPolicy.ROUTER));
    Site site = Site.of(placement, projection.directory());
    long begin = System.nanoTime();
    Ruleset ruleset =
        NftablesRenderer.render(projection, placement, new Generation(1), Form.ENFORCING);
    ruleset =
        switch (writing) {
          case RENDERED -> ruleset;
          case LINEAR -> LinearRuleset.of(ruleset, projection.permits());
          case UNCOUNTED -> UncountedRuleset.of(ruleset);
        };
    String transaction = ruleset.json().toString();
    double renderSeconds = (System.nanoTime() - begin) / 1e9;
    LoadedRouter router = new LoadedRouter(site, transaction);
    double readBackSeconds = Double.NaN;
    Optional<String> unproved = Optional.empty();
    if (readBack && writing == Writing.RENDERED) {
      JsonNode listing = new ObjectMapper().readTree(router.listing());
      begin = System.nanoTime();
      try {
        requireFaithful(ReadBack.compare(projection, placement, listing));
        readBackSeconds = (System.nanoTime() - begin) / 1e9;
      } catch (FlowSpaceFullException e) {
        unproved = Optional.of(e.getMessage());
      }
    }
    Preparation preparation =
        new Preparation(renderSeconds, router.loadSeconds(), readBackSeconds, unproved);
    return new Variant(writing, policy, ruleCount, connections, router, preparation);
  }

  private static void requireFaithful(ReadBack readBack) {
    if (!readBack.faithful()) {
      throw new IllegalStateException("not as rendered: " + readBack.sentences().getFirst());
    }
  }

  Writing writing() {
    return writing;
  }

  SizedPolicy.Ends ends() {
    return policy.ends();
  }

  int ruleCount() {
    return ruleCount;
  }

  Preparation preparation() {
    return preparation;
  }

  /** Opens its connections, and remembers what they cost unless only warming up. */
  void measure(Random random, boolean counts) throws Exception {
    LoadedRouter.Cost cost = router.open(policy, connections, random);
    if (counts) {
      costs.add(cost);
    }
  }

  /** CPU per connection, the median of the repetitions, in nanoseconds. */
  double cpuNanos() {
    return median(costs.stream().mapToDouble(LoadedRouter.Cost::cpuNanos).toArray());
  }

  /** Connections per second of the clock, on the one processor that they came by. */
  double connectionsPerSecond() {
    return 1e9 / median(costs.stream().mapToDouble(LoadedRouter.Cost::wallNanos).toArray());
  }

  /** The median, over the repetitions, of its CPU per connection to another's beside it. */
  double ratioTo(Variant other) {
    double[] ratios = new double[costs.size()];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = costs.get(i).cpuNanos() / other.costs.get(i).cpuNanos();
    }
    return median(ratios);
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    int middle = values.length / 2;
    return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  }

  @Override
  public void close() throws Exception {
    router.close();
  }
}
