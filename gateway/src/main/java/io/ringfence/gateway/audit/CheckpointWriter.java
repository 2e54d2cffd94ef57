package io.ringfence.gateway.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.stream.Stream;

/** Signs checkpoints when they are due, into the folder and a second place. */
final class CheckpointWriter {
  private final AuditSettings settings;
  private final InstantSource clock;
  private long signed;
  private Instant last;

  CheckpointWriter(AuditSettings settings, InstantSource clock) {
    this.settings = settings;
    this.clock = clock;
    this.last = clock.instant();
  }

  /** A checkpoint that was cut off by a crash is taken back. */
  void resume(Chain chain) throws IOException {
    signed = chain.count();
    Path file = settings.folder().resolve(Segments.CHECKPOINTS);
    if (Files.exists(file)) {
      String text = Files.readString(file, StandardCharsets.ISO_8859_1);
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(text.lastIndexOf('\n') + 1L);
      }
    }
  }

  void signIfDue(Chain chain) {
    Instant now = clock.instant();
    if (chain.count() >= signed + settings.checkpointRecords()
        || now.isAfter(last.plus(settings.checkpointAge()))) {
      sign(chain);
    }
  }

  /** Does nothing without a key or a new record; one that cannot be written is due again. */
  void sign(Chain chain) {
    if (settings.key().isEmpty() || chain.count() <= signed) {
      return;
    }
    try {
      Instant now = clock.instant();
      String line = Checkpoint.sign(chain, now, settings.key().get()).line() + "\n";
      for (Path place : places().toList()) {
        append(place, line);
      }
      signed = chain.count();
      last = now;
    } catch (IOException | GeneralSecurityException e) {
      System.getLogger("io.ringfence.gateway.audit")
          .log(System.Logger.Level.ERROR, "no checkpoint of the audit log: " + e.getMessage());
      last = clock.instant();
    }
  }

  private Stream<Path> places() {
    return Stream.concat(
        Stream.of(settings.folder().resolve(Segments.CHECKPOINTS)),
        settings.checkpointCopy().stream());
  }

  private static void append(Path place, String line) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            place,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.APPEND)) {
      long before = channel.size();
      try {
        ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(false);
      } catch (IOException e) {
        channel.truncate(before);
        throw e;
      }
    }
  }
}
