package io.ringfence.lab;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Takes a lab down whatever is left of it: by what its state file says and by the names of its
 * namespaces, so that nothing stays after a killed run.
 */
final class LabRemoval {
  private static final Path NAMESPACES = Path.of("/run/netns");
  private static final int SECONDS_TO_END = 3;

  private final LabOptions options;

  LabRemoval(LabOptions options) {
    this.options = options;
  }

  /** Every namespace of the lab that there is. */
  Set<String> namespaces() {
    Set<String> out = new TreeSet<>();
    try (Stream<Path> all = Files.list(NAMESPACES)) {
      all.map(p -> p.getFileName().toString())
          .filter(n -> n.startsWith(options.prefix()))
          .forEach(out::add);
    } catch (NoSuchFileException e) {
      return out;
    } catch (IOException e) {
      throw new LabUnavailable("cannot list `" + NAMESPACES + "`", e);
    }
    return out;
  }

  /** Removes what there is; false when there is nothing. */
  boolean remove(Progress progress) {
    Optional<LabState> state = LabState.load(options.folder());
    state.map(LabState::owner).ifPresent(this::end);
    Set<String> namespaces = namespaces();
    endInhabitants(namespaces);
    int done = 0;
    for (String namespace : namespaces) {
      IpBatch.run("ip", "netns", "delete", namespace);
      progress.at("removing", ++done, namespaces.size());
    }
    boolean folder = Files.exists(options.folder());
    delete(options.folder());
    return folder || !namespaces.isEmpty();
  }

  private void end(LabState.Owner owner) {
    if (owner.isThisProcess()) {
      return;
    }
    owner
        .alive()
        .ifPresent(
            process -> {
              if (!owner.background()) {
                throw new LabUnavailable(
                    "lab `%s` belongs to process %d, which is still running"
                        .formatted(options.id(), owner.pid()));
              }
              end(List.of(process));
            });
  }

  /** Databases and the like that were started inside, and outlived who started them. */
  private static void endInhabitants(Set<String> namespaces) {
    Set<String> inodes = new HashSet<>();
    namespaces.forEach(n -> inode(NAMESPACES.resolve(n)).ifPresent(inodes::add));
    end(ProcessHandle.allProcesses().filter(p -> inodes.contains(network(p))).toList());
  }

  private static Optional<String> inode(Path namespace) {
    try {
      return Optional.of("net:[" + Files.getAttribute(namespace, "unix:ino") + "]");
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static String network(ProcessHandle process) {
    try {
      return Files.readSymbolicLink(Path.of("/proc", "" + process.pid(), "ns", "net")).toString();
    } catch (IOException e) {
      return ""; // it has ended meanwhile
    }
  }

  private static void end(List<ProcessHandle> processes) {
    processes.forEach(ProcessHandle::destroy);
    if (!awaitEnd(processes)) {
      processes.forEach(ProcessHandle::destroyForcibly);
      awaitEnd(processes);
    }
  }

  private static boolean awaitEnd(List<ProcessHandle> processes) {
    try {
      CompletableFuture.allOf(
              processes.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
          .get(SECONDS_TO_END, TimeUnit.SECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failure)
                throws IOException {
              Files.delete(directory);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new LabUnavailable("cannot delete `" + folder + "`", e);
    }
  }
}
