package io.ringfence.gateway.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * A process that writes decisions until it is killed, and prints the number of each that is
 * durable.
 */
final class TestingWriter {
  private static final int CALLERS = 8;

  private TestingWriter() {}

  public static void main(String[] args) throws IOException {
    AuditLog log = AuditLog.open(AuditSettings.of(Path.of(args[0])), InstantSource.system());
    for (int i = 0; i < CALLERS; i++) {
      Thread.ofPlatform().start(() -> write(log));
    }
  }

  private static void write(AuditLog log) {
    while (true) {
      long number = log.append(TestingRecords.decided("killed")).join();
      synchronized (log) {
        System.out.print(number + ";\n");
        System.out.flush();
      }
    }
  }
}
