package io.ringfence.cli;

import io.ringfence.model.Directory;
import io.ringfence.targets.nftables.Placement;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which machine is meant: one of the two options. */
final class PlacementOptions {
  @Option(
      names = "--host",
      paramLabel = "HOST",
      description = "A host, by its name, one of its addresses, or the workload on it.")
  private Optional<String> host = Optional.empty();

  @Option(names = "--router", paramLabel = "ROUTER", description = "A router, by its name.")
  private Optional<String> router = Optional.empty();

  boolean isGiven() {
    return host.isPresent() || router.isPresent();
  }

  /** The machine in this blueprint. */
  Placement placement(Directory directory) {
    Placements placements = new Placements(directory);
    return host.map(placements::host)
        .or(() -> router.map(placements::router))
        .orElseThrow(() -> new Failure("name the machine: --host HOST or --router ROUTER"));
  }
}
