package io.ringfence.gateway.audit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The files of a log, by the number of their first record. */
final class Segments {
  static final String CHECKPOINTS = "checkpoints.jsonl";
  static final String RESERVE = "reserve";

  private static final Pattern NAME = Pattern.compile("audit-\\d{18}\\.jsonl");

  private Segments() {}

  static String name(long first) {
    return String.format(Locale.ROOT, "audit-%018d.jsonl", first);
  }

  static List<Path> of(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(f -> NAME.matcher(f.getFileName().toString()).matches())
          .sorted()
          .toList();
    }
  }

  /** Takes the lines of a segment one by one. */
  interface LineReader {
    /**
     * @param line with its end; without one it is torn
     */
    void line(int number, long offset, byte[] line) throws IOException;
  }

  /** Zeros at the end are room for records that are not written yet. */
  static void read(Path segment, LineReader reader) throws IOException {
    read(segment, 0, reader);
  }

  /** What follows an offset; lines are counted from there. */
  static void read(Path segment, long from, LineReader reader) throws IOException {
    read(segment, from, 0, reader);
  }

  private static void read(Path segment, long from, int before, LineReader reader)
      throws IOException {
    try (InputStream file = Files.newInputStream(segment);
        InputStream in = new BufferedInputStream(file, 1 << 16)) {
      file.skipNBytes(from);
      ByteArrayOutputStream line = new ByteArrayOutputStream(512);
      long offset = from;
      int number = before;
      int b = in.read();
      for (; b > 0; b = in.read()) {
        line.write(b);
        if (b == '\n' || line.size() > Chain.LINE_BYTES_MAX) {
          reader.line(++number, offset, line.toByteArray());
          offset += line.size();
          line.reset();
        }
      }
      if (line.size() > 0) {
        reader.line(++number, offset, line.toByteArray());
      } else if (hasMore(b, in)) {
        afterZeros(segment, offset, number, reader);
      }
    }
  }

  /** What follows zeros is no line, unless a gateway has written over the zeros meanwhile. */
  private static void afterZeros(Path segment, long offset, int before, LineReader reader)
      throws IOException {
    int now;
    try (InputStream file = Files.newInputStream(segment)) {
      file.skipNBytes(offset);
      now = file.read();
    }
    if (now > 0) {
      read(segment, offset, before, reader);
    } else {
      reader.line(before + 1, offset, new byte[] {0});
    }
  }

  private static boolean hasMore(int first, InputStream in) throws IOException {
    int b = first;
    while (b == 0) {
      b = in.read();
    }
    return b > 0;
  }
}
