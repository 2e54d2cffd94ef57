package io.ringfence.gateway.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads a log from its first record to its last, and later on what was written since; also while a
 * gateway writes it. It does not verify: {@link AuditVerification} does.
 */
public final class AuditReader {
  private final Path folder;
  private Path segment;
  private long offset;

  private AuditReader(Path folder) {
    this.folder = folder;
  }

  /** From the first record. */
  public static AuditReader of(Path folder) throws IOException {
    AuditReader reader = new AuditReader(folder);
    reader.startAt(0);
    return reader;
  }

  /** From the file that holds a record, or the first of those after it. */
  public static AuditReader from(Path folder, long number) throws IOException {
    AuditReader reader = new AuditReader(folder);
    String name = Segments.name(number);
    List<Path> segments = Segments.of(folder);
    int before =
        (int)
            segments.stream().filter(s -> s.getFileName().toString().compareTo(name) <= 0).count();
    reader.startAt(Math.max(0, before - 1));
    return reader;
  }

  /** From some place in the log's last two files: for whoever wants its end only. */
  public static AuditReader ofEnd(Path folder) throws IOException {
    AuditReader reader = new AuditReader(folder);
    reader.startAt(Math.max(0, Segments.of(folder).size() - 2));
    return reader;
  }

  /**
   * @throws AuditException when there is no log
   */
  private void startAt(int index) throws IOException {
    List<Path> segments = Segments.of(folder);
    if (segments.isEmpty()) {
      throw new AuditException(
          "no audit log at `" + folder + "`: the folder holds no audit-*.jsonl");
    }
    segment = segments.get(index);
  }

  /**
   * Reads on to the end that the log has now. A line without its end is left for later.
   *
   * @throws AuditException at a line that is no record
   */
  public void read(Consumer<AuditEntry> entries) throws IOException {
    while (true) {
      // Listed before the segment is read: what is in the list follows all that it holds.
      Path next = following();
      readSegment(entries);
      if (next == null) {
        return;
      }
      segment = next;
      offset = 0;
    }
  }

  private Path following() throws IOException {
    return Segments.of(folder).stream()
        .filter(s -> s.getFileName().toString().compareTo(segment.getFileName().toString()) > 0)
        .findFirst()
        .orElse(null);
  }

  private void readSegment(Consumer<AuditEntry> entries) throws IOException {
    Segments.read(
        segment,
        offset,
        (number, at, line) -> {
          if (line[line.length - 1] == '\n') {
            entries.accept(RecordParser.parse(line).orElseThrow(() -> noRecord(at)));
            offset = at + line.length;
          }
        });
  }

  private AuditException noRecord(long at) {
    return new AuditException(
        "no audit record at byte %d of `%s`; `ringfence audit verify %s` says what happened to it"
            .formatted(at, segment, folder));
  }
}
