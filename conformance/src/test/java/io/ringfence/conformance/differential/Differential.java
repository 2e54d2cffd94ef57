package io.ringfence.conformance.differential;

import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Guardrail;
import io.ringfence.model.Host;
import io.ringfence.model.Mode;
import io.ringfence.model.Router;
import io.ringfence.model.testing.BlueprintGenerator;
import io.ringfence.model.testing.Dice;
import io.ringfence.model.testing.ProcessHosts;
import io.ringfence.targets.nftables.Form;
import io.ringfence.targets.nftables.Generation;
import io.ringfence.targets.nftables.NftablesRenderer;
import io.ringfence.targets.nftables.Placement;
import io.ringfence.targets.nftables.ruleset.Ruleset;
import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.flows.FlowSpace;
import io.ringfence.verifier.projection.NetworkProjection;
import io.ringfence.verifier.subject.ForbiddenFlows;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;

/**
 * The kernel against the model: random blueprints, each rendered for a host and a router and loaded
 * into a namespace of its own, and random packets, each of which the kernel must treat as the
 * reference decision says.
 */
final class Differential {
  private final long seed;
  private final UnaryOperator<String> sabotage;
  private final BlueprintGenerator generator;
  private final Tally tally = new Tally();
  private final List<Disagreement> disagreements = new ArrayList<>();
  private final ExecutorService undertaker =
      Executors.newSingleThreadExecutor(r -> Thread.ofPlatform().daemon().unstarted(r));
  private int begun;
  private int blueprints;
  private int machines;
  private long flows;

  Differential(long seed) {
    this(seed, UnaryOperator.identity());
  }

  /**
   * @param sabotage what to load instead of each ruleset's JSON, to see that it is noticed
   */
  Differential(long seed, UnaryOperator<String> sabotage) {
    this.seed = seed;
    this.sabotage = sabotage;
    this.generator = new BlueprintGenerator(seed);
  }

  Tally tally() {
    return tally;
  }

  List<Disagreement> disagreements() {
    return disagreements;
  }

  int blueprints() {
    return blueprints;
  }

  int machines() {
    return machines;
  }

  /** How many different flows the packets belonged to, counted by machine. */
  long flows() {
    return flows;
  }

  /** Examines so many blueprints, with as many packets each as make at least the whole. */
  void run(int blueprintCount, long packets, int threads) throws Exception {
    try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
      List<Future<Void>> all = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        all.add(workers.submit(worker(blueprintCount, packets)));
      }
      for (Future<Void> one : all) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
    undertaker.shutdown();
  }

  private Callable<Void> worker(int blueprintCount, long packets) {
    return () -> {
      for (Draw draw = next(blueprintCount); draw != null; draw = next(blueprintCount)) {
        long before = packets * draw.index() / blueprintCount;
        examine(draw, packets * (draw.index() + 1) / blueprintCount - before);
      }
      return null;
    };
  }

  private record Draw(int index, Blueprint blueprint) {}

  private synchronized Draw next(int blueprintCount) {
    return begun == blueprintCount ? null : new Draw(begun++, generator.next());
  }

  /** The blueprint without the guardrails that it violates, since such a one is never compiled. */
  static Blueprint acceptable(Blueprint blueprint) {
    NetworkProjection projection = new NetworkProjection(new Directory(blueprint));
    FlowSpace space = FlowSpace.of(projection.directory());
    FlowSet permitted = space.of(projection.permits());
    ForbiddenFlows forbidden = new ForbiddenFlows(projection);
    List<Guardrail> kept =
        blueprint.guardrails().stream()
            .filter(
                g ->
                    !(g instanceof Guardrail.Forbids f)
                        || !forbidden.of(f, space).overlaps(permitted))
            .toList();
    return new Blueprint(
        blueprint.name(),
        blueprint.segments(),
        blueprint.workloads(),
        blueprint.resolvers(),
        blueprint.management(),
        blueprint.tenants(),
        blueprint.roles(),
        blueprint.gateways(),
        blueprint.access(),
        blueprint.egress(),
        kept,
        blueprint.tests(),
        blueprint.hosts(),
        blueprint.routers(),
        blueprint.links());
  }

  private void examine(Draw draw, long packets) throws Exception {
    Dice dice = new Dice(seed * 1_000_003 + draw.index());
    // A generator of its own, so that the blueprints and packets of a seed stay what they were.
    Dice processes = new Dice(seed * 1_000_033 + draw.index());
    boolean shared = processes.oneIn(3);
    Blueprint drawn = shared ? ProcessHosts.added(draw.blueprint(), processes) : draw.blueprint();
    Blueprint blueprint = acceptable(drawn);
    NetworkProjection projection = new NetworkProjection(new Directory(blueprint));
    List<Host> hosts =
        blueprint.hosts().containsKey(ProcessHosts.NAME) && processes.oneIn(2)
            ? List.of(blueprint.hosts().get(ProcessHosts.NAME))
            : List.copyOf(projection.topology().hosts().values());
    List<Router> routers = List.copyOf(projection.topology().routers().values());
    examine(projection, new Placement.AtHost(dice.of(hosts)), dice, packets / 2);
    Router router = dice.of(routers);
    if (dice.oneIn(3)) {
      Blueprint other = acceptable(RouterAddresses.added(blueprint, router, dice));
      projection = new NetworkProjection(new Directory(other));
      router = projection.topology().routers().get(router.name());
    }
    examine(projection, new Placement.AtRouter(router), dice, packets - packets / 2);
    synchronized (this) {
      blueprints++;
    }
  }

  private void examine(NetworkProjection projection, Placement placement, Dice dice, long packets)
      throws Exception {
    Directory directory = projection.directory();
    Form form = form(directory.blueprint(), dice);
    Ruleset ruleset = NftablesRenderer.render(projection, placement, new Generation(1), form);
    Site site = Site.of(placement, directory);
    ResolvedNames names = new ResolvedNames(directory, dice);
    Machine machine = machine(site, ruleset, names);
    Meaning meaning = new Meaning(directory, placement, form, names);
    Courier courier = new Courier(machine, site);
    EdgeFlows edges = new EdgeFlows(projection, site, names, dice.bits());
    String name = directory.blueprint().name() + " at `" + placement.name() + "`, " + form;
    Examination examination =
        new Examination(name, site, meaning, form, courier, edges, dice.between(1, 1 << 30));
    examination.run(packets);
    courier.requireAllJudged();
    undertaker.submit(
        () -> {
          machine.close();
          return null;
        });
    report(examination, meaning);
  }

  private Machine machine(Site site, Ruleset ruleset, ResolvedNames names) throws Exception {
    Machine machine = new Machine(site.interfaces(), site.own(), site.routes());
    machine.nft(sabotage.apply(ruleset.json().toString()));
    String answers = names.commands(ruleset);
    if (!answers.isEmpty()) {
      machine.nft(answers);
    }
    return machine;
  }

  private synchronized void report(Examination examination, Meaning meaning) {
    tally.addAll(examination.tally());
    disagreements.addAll(examination.disagreements());
    flows += meaning.flowCount();
    machines++;
  }

  private static Form form(Blueprint blueprint, Dice dice) {
    boolean observes =
        blueprint.segments().values().stream().anyMatch(s -> s.mode() == Mode.OBSERVE);
    return observes && dice.oneIn(2) ? Form.AS_DECLARED : Form.ENFORCING;
  }
}
