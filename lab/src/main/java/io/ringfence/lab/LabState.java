package io.ringfence.lab;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is written down about a lab that is up, so that another process finds it and takes it down.
 *
 * @param digest of the plan it was built from
 * @param nameTtlSeconds and {@code silent}: the options it was built with
 * @param owner the process that holds its listeners
 */
record LabState(
    String id,
    String blueprint,
    String digest,
    int nameTtlSeconds,
    Set<String> silent,
    Owner owner,
    List<String> namespaces,
    List<Listener> listeners) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final String FILE = "state.json";

  /**
   * A process that holds listeners.
   *
   * @param startedMillis tells it from a later process with the same number
   * @param background true when it does nothing else, so that it may be ended
   */
  record Owner(long pid, long startedMillis, boolean background) {
    static Owner of(ProcessHandle process, boolean background) {
      return new Owner(process.pid(), started(process), background);
    }

    private static long started(ProcessHandle process) {
      return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    Optional<ProcessHandle> alive() {
      return ProcessHandle.of(pid)
          .filter(ProcessHandle::isAlive)
          .filter(p -> started(p) == startedMillis);
    }

    boolean isThisProcess() {
      return pid == ProcessHandle.current().pid();
    }
  }

  LabState {
    silent = Set.copyOf(silent);
    namespaces = List.copyOf(namespaces);
    listeners = List.copyOf(listeners);
  }

  static LabState of(LabPlan plan, LabOptions options, Owner owner) {
    List<String> namespaces = plan.nodes().stream().map(LabNode::namespace).toList();
    return new LabState(
        options.id(),
        plan.blueprint().name(),
        plan.digest(),
        (int) options.nameTtl().toSeconds(),
        options.silent(),
        owner,
        namespaces,
        plan.listeners());
  }

  /** The options it was built with, whatever others say. */
  LabOptions options(Path stateDirectory) {
    return new LabOptions(id, stateDirectory, Duration.ofSeconds(nameTtlSeconds), silent);
  }

  /** Replaces what the folder holds, at once or not at all. */
  void save(Path folder) {
    try {
      Files.createDirectories(folder);
      Path next = Files.write(folder.resolve(FILE + ".next"), JSON.writeValueAsBytes(this));
      Files.move(next, folder.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new LabUnavailable("cannot write the lab's state to `" + folder + "`", e);
    }
  }

  /** What the folder holds; absent when nothing, or nothing that can be read. */
  static Optional<LabState> load(Path folder) {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(Files.readAllBytes(file), LabState.class));
    } catch (JacksonException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new LabUnavailable("cannot read the lab's state in `" + folder + "`", e);
    }
  }
}
