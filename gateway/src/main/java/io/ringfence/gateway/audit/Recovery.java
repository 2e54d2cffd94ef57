package io.ringfence.gateway.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Where a log goes on: the chain so far, and the length of the last segment that holds whole
 * records.
 */
record Recovery(
    Chain chain, Optional<Path> segment, long length, Optional<AuditRecord.Recovered> torn) {
  static Recovery of(Path folder, InstantSource clock) throws IOException {
    List<Path> segments = Segments.of(folder);
    if (segments.isEmpty()) {
      return new Recovery(Chain.START, Optional.empty(), 0, Optional.empty());
    }
    Path last = segments.getLast();
    Scan scan = new Scan(last, chainBefore(segments));
    Segments.read(last, scan::line);
    return new Recovery(scan.chain, Optional.of(last), scan.length, scan.setAside(clock));
  }

  /** What the last line before the last segment says; `audit verify` reads all of them. */
  private static Chain chainBefore(List<Path> segments) throws IOException {
    if (segments.size() == 1) {
      return Chain.START;
    }
    Path before = segments.get(segments.size() - 2);
    byte[][] line = new byte[1][];
    Segments.read(before, (number, offset, bytes) -> line[0] = bytes);
    return lastOf(before, line[0]);
  }

  private static Chain lastOf(Path segment, byte[] line) throws AuditException {
    String text = line == null ? "" : new String(line, java.nio.charset.StandardCharsets.UTF_8);
    var m =
        java.util.regex.Pattern.compile("\\{\"n\":(\\d{1,18}),.*,\"hash\":\"([0-9a-f]{64})\"\\}\n")
            .matcher(text);
    if (!m.matches()) {
      throw damaged(segment);
    }
    return new Chain(Long.parseLong(m.group(1)), HexFormat.of().parseHex(m.group(2)));
  }

  private static AuditException damaged(Path segment) {
    return new AuditException(
        "the audit log is damaged in `%s`; `ringfence audit verify %s` says where"
            .formatted(segment, segment.getParent()));
  }

  /** One pass over the last segment. */
  private static final class Scan {
    private final Path segment;
    private Chain chain;
    private long length;
    private byte[] torn;

    Scan(Path segment, Chain chain) {
      this.segment = segment;
      this.chain = chain;
    }

    void line(int number, long offset, byte[] line) throws IOException {
      Chain next = torn == null ? chain.follow(line) : null;
      boolean whole = line[line.length - 1] == '\n' || line.length > Chain.LINE_BYTES_MAX;
      if (next == null && (whole || torn != null)) {
        throw damaged(segment);
      }
      if (next == null) {
        torn = line;
      } else {
        chain = next;
        length = offset + line.length;
      }
    }

    Optional<AuditRecord.Recovered> setAside(InstantSource clock) throws IOException {
      if (torn == null) {
        return Optional.empty();
      }
      Path aside = segment.resolveSibling(segment.getFileName() + ".torn");
      byte[] before = Files.exists(aside) ? Files.readAllBytes(aside) : new byte[0];
      byte[] both = Arrays.copyOf(before, before.length + torn.length);
      System.arraycopy(torn, 0, both, before.length, torn.length);
      Files.write(aside, both);
      return Optional.of(
          new AuditRecord.Recovered(
              clock.instant(), segment.getFileName().toString(), torn.length));
    }
  }
}
