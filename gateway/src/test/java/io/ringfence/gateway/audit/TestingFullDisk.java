package io.ringfence.gateway.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/**
 * Fills the file system that holds FOLDER, and says what the log still takes: operators' records at
 * once, decisions once there is room.
 */
final class TestingFullDisk {
  private static final int RECORDS_MAX = 100_000;

  private TestingFullDisk() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    Path folder = Path.of(args[0]);
    Path other = folder.resolve("somebody-elses");
    Files.write(other, new byte[64 << 10]);
    AuditSettings settings = AuditSettings.of(folder.resolve("log")).reserveBytes(16 << 10);
    try (AuditLog log = AuditLog.open(settings, InstantSource.system())) {
      fill(log);
      System.out.print("full, ");
      log.append(TestingRecords.revoked()).join();
      System.out.print("operated, ");
      Files.delete(other);
      System.out.print("freed, ");
      // The log looks for room once a second.
      Thread.sleep(1500);
      log.append(TestingRecords.decided("after")).join();
      System.out.print("decided, ");
    }
    AuditVerification verified =
        AuditVerification.of(settings.folder(), Optional.empty(), Optional.empty());
    if (!verified.problems().equals(List.of())) {
      throw new IllegalStateException(verified.problems().toString());
    }
    System.out.println("verified");
  }

  private static void fill(AuditLog log) {
    try {
      for (int i = 0; i < RECORDS_MAX; i++) {
        log.append(TestingRecords.decided("r" + i)).join();
      }
    } catch (CompletionException e) {
      if (e.getCause().getMessage().contains("No space left on device")) {
        return;
      }
      throw e;
    }
    throw new IllegalStateException("the file system does not fill");
  }
}
