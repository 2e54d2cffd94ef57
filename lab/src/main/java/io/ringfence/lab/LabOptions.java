package io.ringfence.lab;

import io.ringfence.model.Blueprint;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * Which lab is meant, and how it is built.
 *
 * @param id tells labs on one machine apart, and begins the names of its namespaces
 * @param stateDirectory where what is needed to take it down is written
 * @param nameTtl how long an answer of its resolvers is good for
 * @param silent the workloads that get no listeners, since something real listens there
 */
public record LabOptions(String id, Path stateDirectory, Duration nameTtl, Set<String> silent) {
  public static final Path DEFAULT_STATE_DIRECTORY = Path.of("/run/ringfence/lab");
  public static final Duration DEFAULT_NAME_TTL = Duration.ofSeconds(30);

  private static final Pattern ID = Pattern.compile("[a-z0-9]{1,12}");

  public LabOptions {
    silent = Set.copyOf(silent);
    if (!ID.matcher(id).matches()) {
      throw new LabUnavailable(
          "`" + id + "` is no lab id; write 1 to 12 lower-case letters and digits");
    }
  }

  public LabOptions(String id) {
    this(id, DEFAULT_STATE_DIRECTORY, DEFAULT_NAME_TTL, Set.of());
  }

  /** The lab of a blueprint where no id is given: the same id for the same name. */
  public static LabOptions of(Blueprint blueprint) {
    CRC32 hash = new CRC32();
    hash.update(blueprint.name().getBytes(StandardCharsets.UTF_8));
    return new LabOptions(String.format("%08x", hash.getValue()));
  }

  public LabOptions withStateDirectory(Path directory) {
    return new LabOptions(id, directory, nameTtl, silent);
  }

  public LabOptions withNameTtl(Duration ttl) {
    return new LabOptions(id, stateDirectory, ttl, silent);
  }

  /** Leaves the ports of these workloads to something real. */
  public LabOptions withSilent(Set<String> workloads) {
    return new LabOptions(id, stateDirectory, nameTtl, workloads);
  }

  /** What the names of the lab's namespaces begin with. */
  String prefix() {
    return "rf" + id + "-";
  }

  /** The lab's own folder. */
  Path folder() {
    return stateDirectory.resolve(id);
  }
}
