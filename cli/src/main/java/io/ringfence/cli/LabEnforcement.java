package io.ringfence.cli;

import io.ringfence.agent.KernelTable;
import io.ringfence.cli.compile.CompiledState;
import io.ringfence.lab.Lab;
import io.ringfence.lab.Progress;
import io.ringfence.model.Directory;
import io.ringfence.targets.nftables.Placement;
import io.ringfence.verifier.projection.NetworkProjection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A blueprint's rulesets in the kernels of a lab. */
record LabEnforcement(Lab lab, LoadedBlueprint loaded) {
  private static final int GENERATION = 1;

  /** True when a kernel of the lab has a table of ours. */
  boolean isInForce() {
    return lab.placements().stream().anyMatch(p -> table(p).listing().isPresent());
  }

  private KernelTable table(String placement) {
    return new KernelTable(lab.namespace(placement));
  }

  /**
   * Loads every host's and router's ruleset, and reads each back from its kernel.
   *
   * @return how the kernels differ from the blueprint, a sentence each
   */
  List<String> carryOut(Progress progress) {
    Map<String, CompiledState> states = states(loaded.directory());
    Map<String, String> artifacts = new TreeMap<>();
    states.forEach((name, state) -> artifacts.put(name, state.artifact(GENERATION)));
    lab.enforce(artifacts, progress);
    AtomicInteger done = new AtomicInteger();
    return states.keySet().parallelStream()
        .flatMap(
            name -> {
              List<String> differences = differences(name, states.get(name));
              progress.at("reading rulesets back", done.incrementAndGet(), states.size());
              return differences.stream();
            })
        .toList();
  }

  private List<String> differences(String name, CompiledState state) {
    return table(name)
        .listing()
        .map(state::differences)
        .orElse(List.of("no table was loaded"))
        .stream()
        .map(d -> "at " + name + ": " + d)
        .toList();
  }

  private Map<String, CompiledState> states(Directory directory) {
    NetworkProjection projection = new NetworkProjection(directory);
    Map<String, CompiledState> out = new TreeMap<>();
    for (Placement placement : new Placements(directory).all()) {
      out.put(placement.name(), new CompiledState(loaded.texts(), projection, placement));
    }
    return out;
  }
}
