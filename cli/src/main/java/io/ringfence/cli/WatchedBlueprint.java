package io.ringfence.cli;

import io.ringfence.cli.output.FlowWords;
import io.ringfence.gateway.serve.PolicyRefusedException;
import io.ringfence.gateway.serve.PolicySource;
import io.ringfence.language.Problem;
import io.ringfence.verifier.Verification;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.Severity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A blueprint that a gateway serves, proved each time that it is read. */
final class WatchedBlueprint implements PolicySource {
  private static final int HASH_DIGITS = 16;

  private final Shell shell;
  private final List<String> names;
  private Optional<Ahead> ahead = Optional.empty();

  /** What was read before it is asked for, and of which state of the files. */
  private record Ahead(String mark, Proved proved) {}

  /**
   * @param names of its files and folders
   */
  WatchedBlueprint(Shell shell, List<String> names) {
    this.shell = shell;
    this.names = names.isEmpty() ? List.of(BlueprintReader.DEFAULT) : List.copyOf(names);
  }

  /** What paths in it are relative to: the folder of its first file. */
  Path folder() {
    Path first = shell.path(names.getFirst());
    Path parent = Files.isDirectory(first) ? first : first.getParent();
    return parent == null ? Path.of("") : parent;
  }

  @Override
  public String mark() throws IOException {
    StringBuilder out = new StringBuilder();
    for (String name : names) {
      Path path = shell.path(name);
      if (Files.isDirectory(path)) {
        try (Stream<Path> files = Files.list(path)) {
          for (Path file : files.sorted().toList()) {
            mark(file, out);
          }
        }
      } else {
        mark(path, out);
      }
    }
    return out.toString();
  }

  private static void mark(Path file, StringBuilder out) throws IOException {
    if (Files.isRegularFile(file)) {
      out.append(file)
          .append(' ')
          .append(Files.size(file))
          .append(' ')
          .append(Files.getLastModifiedTime(file))
          .append('\n');
    }
  }

  /** Reads it for whoever needs to know more of it first; the next {@link #read} costs nothing. */
  Proved readAhead() throws PolicyRefusedException, IOException {
    String mark = mark();
    Proved proved = read();
    ahead = Optional.of(new Ahead(mark, proved));
    return proved;
  }

  @Override
  public Proved read() throws PolicyRefusedException, IOException {
    Optional<Ahead> kept = ahead;
    ahead = Optional.empty();
    return kept.isPresent() && kept.get().mark().equals(mark()) ? kept.get().proved() : readFiles();
  }

  private Proved readFiles() throws PolicyRefusedException {
    try {
      LoadedBlueprint loaded = new BlueprintSource(shell).load(names);
      refuseUnproved(loaded);
      return new Proved(loaded.directory(), hash(loaded.texts()));
    } catch (InvalidBlueprint e) {
      List<Problem> problems = e.problems();
      String more = problems.size() > 1 ? " (and " + (problems.size() - 1) + " more)" : "";
      Problem first = problems.getFirst();
      throw new PolicyRefusedException(first.at() + ": " + first.message() + more, e);
    } catch (Failure e) {
      throw new PolicyRefusedException(e.getMessage(), e);
    }
  }

  private static void refuseUnproved(LoadedBlueprint loaded) throws PolicyRefusedException {
    List<Finding> errors = Verification.of(loaded.directory()).findings(Severity.ERROR);
    if (errors.isEmpty()) {
      return;
    }
    Finding first = errors.getFirst();
    String witness =
        first.witness().map(w -> ": " + new FlowWords(loaded.directory()).text(w)).orElse("");
    throw new PolicyRefusedException(
        "the blueprint does not hold: %s at %s%s".formatted(first.message(), first.at(), witness));
  }

  private static String hash(Map<String, String> texts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      texts.forEach(
          (name, text) -> {
            digest.update(name.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            digest.update(text.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
          });
      return HexFormat.of().formatHex(digest.digest()).substring(0, HASH_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
