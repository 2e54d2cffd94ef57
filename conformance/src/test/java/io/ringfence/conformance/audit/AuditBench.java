package io.ringfence.conformance.audit;

import io.ringfence.gateway.audit.AuditLog;
import io.ringfence.gateway.audit.AuditRecord;
import io.ringfence.gateway.audit.AuditSettings;
import io.ringfence.gateway.request.Touch;
import io.ringfence.model.Action;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/** Callers that each write a decision, wait until it is durable, and write the next. */
final class AuditBench {
  private AuditBench() {}

  /**
   * What a row came to.
   *
   * @param micros of each record, sorted
   */
  record Row(int callers, boolean durable, double seconds, long[] micros) {
    double perSecond() {
      return micros.length / seconds;
    }

    long percentile(double part) {
      return micros.length == 0
          ? 0
          : micros[(int) Math.min(micros.length - 1, micros.length * part)];
    }
  }

  static Row measure(Path parent, int callers, boolean durable, Duration time) throws IOException {
    Path folder = Files.createTempDirectory(parent, "audit");
    AuditSettings settings = AuditSettings.of(folder);
    try {
      List<List<Long>> all = new ArrayList<>();
      long begun = System.nanoTime();
      long end = begun + time.toNanos();
      try (AuditLog log =
              AuditLog.open(durable ? settings : settings.plain(), InstantSource.system());
          var threads = Executors.newFixedThreadPool(callers)) {
        for (int i = 0; i < callers; i++) {
          List<Long> own = new ArrayList<>();
          all.add(own);
          threads.execute(() -> write(log, end, own));
        }
      }
      double seconds = (System.nanoTime() - begun) / 1e9;
      long[] micros =
          all.stream().flatMap(List::stream).mapToLong(n -> n / 1000).sorted().toArray();
      return new Row(callers, durable, seconds, micros);
    } finally {
      delete(folder);
    }
  }

  private static void write(AuditLog log, long end, List<Long> nanos) {
    for (long now = System.nanoTime(); now < end; ) {
      log.append(record(nanos.size())).join();
      long after = System.nanoTime();
      nanos.add(after - now);
      now = after;
    }
  }

  private static AuditRecord record(int number) {
    return new AuditRecord.Decided(
        Instant.now(),
        "9f86d081884c7d65",
        "gateway",
        "0123456789ab-" + number,
        "spiffe://acme.example/ns/app/sa/rag-api",
        Optional.of("acme"),
        "10.20.1.10",
        "chroma",
        Optional.of("chroma.records.query"),
        List.of(Touch.of(Action.QUERY, "acme-docs")),
        true,
        Optional.of("search"),
        Optional.of("rag-platform.yaml:59:5"),
        Optional.empty());
  }

  /** The least that a durable record can take: one line and one fdatasync, in microseconds. */
  static long syncMicros(Path parent, int times) throws IOException {
    Path file = Files.createTempFile(parent, "sync", "");
    long[] micros = new long[times];
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (int i = 0; i < times; i++) {
        long begun = System.nanoTime();
        channel.write(ByteBuffer.allocate(500));
        channel.force(false);
        micros[i] = (System.nanoTime() - begun) / 1000;
      }
    } finally {
      Files.delete(file);
    }
    java.util.Arrays.sort(micros);
    return micros[times / 2];
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
