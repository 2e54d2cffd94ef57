package io.ringfence.lab;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The labs of this machine.
 *
 * @param stateDirectory where what is needed to take them down is written
 */
public record Labs(Path stateDirectory) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TEXTS = "blueprint.json";

  /** Who holds a lab. */
  public enum Holder {
    /** A process that does nothing else: the lab is there until it is taken down. */
    BACKGROUND,
    /** A command that is still running, and takes it down itself. */
    COMMAND,
    /** Nobody: this is what a killed run left. */
    NOBODY
  }

  /**
   * A lab, or what is left of one.
   *
   * @param blueprint the name of the blueprint it was built from
   * @param process the holder's, gone if there is none
   * @param namespaces their names for {@code ip netns}
   */
  public record Entry(
      String id, String blueprint, Holder holder, long process, List<String> namespaces) {
    public Entry {
      namespaces = List.copyOf(namespaces);
    }
  }

  /** All, by id. */
  public List<Entry> all() {
    try (Stream<Path> folders = Files.list(stateDirectory)) {
      return folders
          .filter(Files::isDirectory)
          .sorted()
          .flatMap(f -> LabState.load(f).stream())
          .map(Labs::entry)
          .toList();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new LabUnavailable("cannot list `" + stateDirectory + "`", e);
    }
  }

  private static Entry entry(LabState state) {
    LabState.Owner owner = state.owner();
    Holder holder =
        owner.alive().isEmpty()
            ? Holder.NOBODY
            : owner.background() ? Holder.BACKGROUND : Holder.COMMAND;
    return new Entry(state.id(), state.blueprint(), holder, owner.pid(), state.namespaces());
  }

  /** Keeps with a lab the blueprint that it plays, until it is taken down. */
  public void keep(String id, Map<String, String> texts) {
    Path folder = stateDirectory.resolve(id);
    try {
      Path next = Files.write(folder.resolve(TEXTS + ".next"), JSON.writeValueAsBytes(texts));
      Files.move(next, folder.resolve(TEXTS), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new LabUnavailable("cannot write the lab's blueprint to `" + folder + "`", e);
    }
  }

  /** The files, by name, of the blueprint that a lab plays; absent when none was kept. */
  public Optional<Map<String, String>> texts(String id) {
    Path file = stateDirectory.resolve(id).resolve(TEXTS);
    try {
      return Optional.of(
          JSON.readValue(
              Files.readAllBytes(file), new TypeReference<TreeMap<String, String>>() {}));
    } catch (NoSuchFileException | JacksonException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new LabUnavailable("cannot read `" + file + "`", e);
    }
  }
}
