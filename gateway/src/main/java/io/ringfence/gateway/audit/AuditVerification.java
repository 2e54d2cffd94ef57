package io.ringfence.gateway.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a log proves to be.
 *
 * @param problems what shows that it is not as it was written, each with its place
 * @param unfinished requests that were decided and of which no end is recorded: still running, or
 *     cut off by a crash
 */
public record AuditVerification(
    long records, int segments, int checkpoints, List<String> problems, List<String> unfinished) {
  /** Past so many, further problems are not listed: one edit breaks all that follows it. */
  public static final int PROBLEMS_MAX = 20;

  public AuditVerification {
    problems = List.copyOf(problems);
    unfinished = List.copyOf(unfinished);
  }

  /**
   * Reads a whole log.
   *
   * @param since a checkpoint that was kept elsewhere
   * @param key that signs checkpoints; without it signatures are not looked at
   */
  public static AuditVerification of(
      Path folder, Optional<Checkpoint> since, Optional<PublicKey> key) throws IOException {
    return new Reading(folder, since, key).verification();
  }

  /** One reading of a log. */
  private static final class Reading {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final Optional<Checkpoint> since;
    private final Optional<PublicKey> key;
    private final List<String> problems = new ArrayList<>();
    private final Set<String> open = new LinkedHashSet<>();
    private final Map<Long, Checkpoint> awaited = new HashMap<>();
    private Chain chain = Chain.START;
    private boolean broken;

    Reading(Path folder, Optional<Checkpoint> since, Optional<PublicKey> key) {
      this.folder = folder;
      this.since = since;
      this.key = key;
    }

    AuditVerification verification() throws IOException {
      int checkpoints = checkpoints();
      since.ifPresent(c -> await(c, "the checkpoint of --since"));
      List<Path> segments = Segments.of(folder);
      for (Path segment : segments) {
        String name = segment.getFileName().toString();
        if (!broken && !name.equals(Segments.name(chain.count() + 1))) {
          problem(name + ": does not begin with record " + (chain.count() + 1));
          broken = true;
        }
        Segments.read(segment, (number, offset, line) -> line(name + ":" + number, line));
      }
      if (!broken) {
        awaited.values().stream()
            .sorted(java.util.Comparator.comparingLong(Checkpoint::count))
            .forEach(
                c ->
                    problem(
                        "truncated: a checkpoint of %s has record %d, the log ends at %d"
                            .formatted(c.time(), c.count(), chain.count())));
      }
      return new AuditVerification(
          chain.count(), segments.size(), checkpoints, problems, List.copyOf(open));
    }

    private int checkpoints() throws IOException {
      Path file = folder.resolve(Segments.CHECKPOINTS);
      if (!Files.exists(file)) {
        return 0;
      }
      List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
      for (int i = 0; i < lines.size(); i++) {
        String at = Segments.CHECKPOINTS + ":" + (i + 1);
        Optional<Checkpoint> checkpoint = Checkpoint.parse(lines.get(i));
        checkpoint.ifPresentOrElse(c -> await(c, at), () -> problem(at + ": no checkpoint"));
      }
      return lines.size();
    }

    private void await(Checkpoint checkpoint, String at) {
      if (key.isPresent() && !checkpoint.isSignedBy(key.get())) {
        problem(at + ": not signed by this key");
      }
      Checkpoint before = awaited.putIfAbsent(checkpoint.count(), checkpoint);
      if (before != null && !before.hash().equals(checkpoint.hash())) {
        problem(at + ": another hash for record " + checkpoint.count());
      }
    }

    private void line(String at, byte[] line) {
      if (broken) {
        return;
      }
      Chain next = chain.follow(line);
      if (next == null) {
        broken = true;
        problem(at + why(line));
        return;
      }
      chain = next;
      Checkpoint checkpoint = awaited.remove(chain.count());
      if (checkpoint != null && !checkpoint.hash().equals(chain.hex())) {
        problem(at + ": rewritten: its hash is not that of its checkpoint");
      }
      note(line);
    }

    private String why(byte[] line) {
      if (line[line.length - 1] != '\n') {
        return ": a torn line";
      }
      String expected = "{\"n\":" + (chain.count() + 1) + ",";
      boolean inOrder = new String(line, StandardCharsets.UTF_8).startsWith(expected);
      return inOrder
          ? ": edited, or what is before it was: its hash does not follow"
          : ": reordered or removed: record " + (chain.count() + 1) + " should be here";
    }

    private void note(byte[] line) {
      try {
        JsonNode record = JSON.readTree(line);
        String request = record.path("request").asText();
        switch (record.path("kind").asText()) {
          case "decision" -> open.add(request);
          case "completion" -> open.remove(request);
          default -> {}
        }
      } catch (IOException e) {
        problem("record " + chain.count() + ": no JSON");
      }
    }

    private void problem(String text) {
      if (problems.size() < PROBLEMS_MAX) {
        problems.add(text);
      }
    }
  }
}
