package io.ringfence.gateway.identity;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** A file that is read again when it changes; looked at in the background. */
final class WatchedFile<T> implements Background.Work {
  /** How often it is looked at: a change counts within that time. */
  static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  /** How long the last good content counts where the file is gone or cannot be read. */
  static final Duration STALE_AFTER = Duration.ofSeconds(60);

  /** Reads a file's content. */
  @FunctionalInterface
  interface Parser<T> {
    T parse(byte[] content) throws SourceException;
  }

  /** What changes when a file does, also when another takes its place. */
  private record Stamp(FileTime changed, long size, Object file) {}

  private final Path path;
  private final int bytesMax;
  private final Parser<T> parser;
  private final LastKnown<T> known;
  private Stamp read;

  WatchedFile(Path path, int bytesMax, Parser<T> parser, InstantSource time) {
    this.path = path;
    this.bytesMax = bytesMax;
    this.parser = parser;
    this.known = new LastKnown<>(STALE_AFTER, time);
  }

  LastKnown<T> known() {
    return known;
  }

  Optional<T> value() {
    return known.value();
  }

  @Override
  public Duration step() {
    look();
    return LOOK_EVERY;
  }

  private void look() {
    try {
      Stamp stamp = stamp();
      if (stamp.equals(read)) {
        known.confirm();
        return;
      }
      byte[] content = content();
      if (stamp.equals(stamp())) {
        read = stamp;
        known.learn(parser.parse(content));
      }
    } catch (IOException e) {
      read = null;
      known.fail("`" + path + "` cannot be read: " + e.getMessage());
    } catch (SourceException e) {
      known.fail("`" + path + "` cannot be used: " + e.getMessage());
    }
  }

  private Stamp stamp() throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    return new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
  }

  private byte[] content() throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] out = in.readNBytes(bytesMax + 1);
      if (out.length > bytesMax) {
        throw new IOException("it is larger than " + bytesMax + " bytes");
      }
      return out;
    }
  }
}
