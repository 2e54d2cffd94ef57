package io.ringfence.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The generations of one place, kept in a folder, and which of them is confirmed or pending.
 *
 * <p>Every file is replaced by renaming a whole, synced one, so that a killed process or a lost
 * machine leaves either the old or the new state.
 */
public final class GenerationStore {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String STATE = "state.json";
  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

  private final Path folder;

  public GenerationStore(Path folder) {
    this.folder = folder;
  }

  public Path folder() {
    return folder;
  }

  /**
   * Which generations count.
   *
   * @param confirmed the one to fall back to
   * @param history all that were ever confirmed, in that order
   */
  public record State(OptionalInt confirmed, List<Integer> history, Optional<Pending> pending) {
    public static final State NOTHING = new State(OptionalInt.empty(), List.of(), Optional.empty());

    public State {
      history = List.copyOf(history);
    }

    /** While a generation waits to be confirmed. */
    public State waitingFor(Pending next) {
      return new State(confirmed, history, Optional.of(next));
    }

    /** With this generation in force, or none. */
    public State inForce(OptionalInt generation) {
      List<Integer> all = new ArrayList<>(history);
      if (generation.isPresent() && !all.contains(generation.getAsInt())) {
        all.add(generation.getAsInt());
      }
      return new State(generation, all, Optional.empty());
    }

    /** The one that the kernel should have: pending or confirmed. */
    public OptionalInt loaded() {
      return pending.isPresent() ? OptionalInt.of(pending.get().number()) : confirmed;
    }
  }

  /**
   * A generation that reverts unless confirmed.
   *
   * @param watchdog the process that holds the revert
   */
  public record Pending(int number, Instant deadline, long watchdog) {}

  /** Runs an action while no other process changes this store. */
  public <T> T locked(Supplier<T> action) {
    return locked(Optional.empty(), action);
  }

  /** Runs an action once no other process changes this store, or once that has taken too long. */
  public <T> T lockedAtMost(Duration wait, Supplier<T> action) {
    return locked(Optional.of(wait), action);
  }

  private <T> T locked(Optional<Duration> wait, Supplier<T> action) {
    try {
      createFolder(folder);
      try (FileChannel channel =
              FileChannel.open(
                  folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock held = wait.isEmpty() ? channel.lock() : tried(channel, wait.get())) {
        return action.get();
      }
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  private static FileLock tried(FileChannel channel, Duration wait) throws IOException {
    Instant end = Instant.now().plus(wait);
    FileLock lock = channel.tryLock();
    while (lock == null && Instant.now().isBefore(end)) {
      LockSupport.parkNanos(LOOK_AGAIN.toNanos());
      lock = channel.tryLock();
    }
    return lock;
  }

  public State state() {
    try {
      JsonNode node = JSON.readTree(Files.readString(folder.resolve(STATE)));
      JsonNode pending = node.path("pending");
      List<Integer> history = new ArrayList<>();
      node.path("history").forEach(n -> history.add(n.asInt()));
      return new State(
          node.has("confirmed")
              ? OptionalInt.of(node.get("confirmed").asInt())
              : OptionalInt.empty(),
          history,
          pending.isObject()
              ? Optional.of(
                  new Pending(
                      pending.get("number").asInt(),
                      Instant.ofEpochMilli(pending.get("deadline").asLong()),
                      pending.get("watchdog").asLong()))
              : Optional.empty());
    } catch (NoSuchFileException e) {
      return State.NOTHING;
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  public void setState(State state) {
    ObjectNode node = JSON.createObjectNode();
    state.confirmed().ifPresent(n -> node.put("confirmed", n));
    state.history().forEach(node.putArray("history")::add);
    state
        .pending()
        .ifPresent(
            p ->
                node.putObject("pending")
                    .put("number", p.number())
                    .put("deadline", p.deadline().toEpochMilli())
                    .put("watchdog", p.watchdog()));
    write(folder.resolve(STATE), node.toPrettyString() + "\n");
  }

  /** The numbers of all kept generations, rising. */
  public List<Integer> numbers() {
    Path generations = folder.resolve("generations");
    if (!Files.isDirectory(generations)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(generations)) {
      return files
          .map(f -> f.getFileName().toString())
          .filter(n -> n.matches("[0-9]+\\.json"))
          .map(n -> Integer.valueOf(n.substring(0, n.length() - 5)))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  public int nextNumber() {
    List<Integer> numbers = numbers();
    return numbers.isEmpty() ? 1 : numbers.getLast() + 1;
  }

  public void save(Generation generation) {
    ObjectNode node = JSON.createObjectNode();
    node.put("number", generation.number());
    node.put("created", generation.created().toString());
    node.put("placement", generation.placement());
    node.put("artifact", generation.artifact());
    ObjectNode sources = node.putObject("sources");
    generation.sources().forEach(sources::put);
    write(file(generation.number()), node.toPrettyString() + "\n");
  }

  /**
   * Reads a kept generation.
   *
   * @throws AgentException when there is none of that number
   */
  public Generation generation(int number) {
    try {
      JsonNode node = JSON.readTree(Files.readString(file(number)));
      Map<String, String> sources = new TreeMap<>();
      node.get("sources").properties().forEach(e -> sources.put(e.getKey(), e.getValue().asText()));
      return new Generation(
          node.get("number").asInt(),
          Instant.parse(node.get("created").asText()),
          node.get("placement").asText(),
          node.get("artifact").asText(),
          sources);
    } catch (NoSuchFileException e) {
      throw new AgentException("no generation " + number + " in " + folder, e);
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /** Keeps how the kernel listed a generation once it was loaded, to tell drift by. */
  public void saveListing(int number, String listing) {
    write(listingFile(number), listing);
  }

  public Optional<String> listing(int number) {
    try {
      return Optional.of(Files.readString(listingFile(number)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  private Path listingFile(int number) {
    return folder.resolve("generations").resolve(String.format("%06d.listing", number));
  }

  private Path file(int number) {
    return folder.resolve("generations").resolve(String.format("%06d.json", number));
  }

  private void write(Path file, String text) {
    try {
      createFolder(file.getParent());
      Path whole = file.resolveSibling(file.getFileName() + ".new");
      try (FileChannel channel =
          FileChannel.open(
              whole,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        channel.write(
            java.nio.ByteBuffer.wrap(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        channel.force(true);
      }
      rename(whole, file);
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  private static void rename(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException("`" + to.getParent() + "` cannot replace files atomically", e);
    }
  }

  /** The folder tells who may reach what: for its owner's eyes only. */
  private static void createFolder(Path path) throws IOException {
    Files.createDirectories(
        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  private AgentException unusable(IOException e) {
    String reason =
        switch (e) {
          case AccessDeniedException denied -> "permission denied";
          case FileSystemException f when f.getReason() != null -> f.getReason();
          default -> e.getMessage();
        };
    return new AgentException(
        "the state folder `" + folder + "` cannot be used: " + reason, new UncheckedIOException(e));
  }
}
