package io.ringfence.gateway.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many records a second callers get durable, each waiting for its own: FOLDER CALLERS SECONDS.
 */
final class TestingThroughput {
  private TestingThroughput() {}

  public static void main(String[] args) throws IOException {
    int callers = Integer.parseInt(args[1]);
    int seconds = Integer.parseInt(args[2]);
    AtomicLong records = new AtomicLong();
    long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    try (AuditLog log = AuditLog.open(AuditSettings.of(Path.of(args[0])), InstantSource.system())) {
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < callers; i++) {
          threads.submit(() -> write(log, end, records));
        }
      }
    }
    System.out.printf("%d callers: %d durable records/s%n", callers, records.get() / seconds);
  }

  private static void write(AuditLog log, long end, AtomicLong records) {
    while (System.nanoTime() < end) {
      log.append(TestingRecords.decided("r")).join();
      records.incrementAndGet();
    }
  }
}
