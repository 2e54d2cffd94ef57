package io.ringfence.gateway.audit;

import java.nio.file.Path;
import java.security.PrivateKey;
import java.time.Duration;
import java.util.Optional;

/**
 * How a log is kept.
 *
 * @param durable whether a record is on the disk (fdatasync) before its caller goes on; otherwise
 *     it is with the kernel, and lost with the machine's power
 * @param queueMax records that wait for the writer at most; past it they are refused
 * @param segmentBytesMax past it the log goes on in another file
 * @param segmentAgeMax the same by time
 * @param checkpointRecords a checkpoint after so many records
 * @param checkpointAge and after so long, if there is anything new
 * @param reserveBytes the room that is kept for operators' records on a full disk
 * @param key signs checkpoints (Ed25519); lies outside the folder. Without it there are none
 * @param checkpointCopy a second place for checkpoints, outside the folder
 */
public record AuditSettings(
    Path folder,
    boolean durable,
    int queueMax,
    long segmentBytesMax,
    Duration segmentAgeMax,
    long checkpointRecords,
    Duration checkpointAge,
    int reserveBytes,
    Optional<PrivateKey> key,
    Optional<Path> checkpointCopy) {
  public static AuditSettings of(Path folder) {
    return new AuditSettings(
        folder,
        true,
        16_384,
        256L << 20,
        Duration.ofDays(1),
        10_000,
        Duration.ofMinutes(1),
        1 << 20,
        Optional.empty(),
        Optional.empty());
  }

  public AuditSettings plain() {
    return new AuditSettings(
        folder,
        false,
        queueMax,
        segmentBytesMax,
        segmentAgeMax,
        checkpointRecords,
        checkpointAge,
        reserveBytes,
        key,
        checkpointCopy);
  }

  public AuditSettings queueMax(int records) {
    return new AuditSettings(
        folder,
        durable,
        records,
        segmentBytesMax,
        segmentAgeMax,
        checkpointRecords,
        checkpointAge,
        reserveBytes,
        key,
        checkpointCopy);
  }

  public AuditSettings reserveBytes(int bytes) {
    return new AuditSettings(
        folder,
        durable,
        queueMax,
        segmentBytesMax,
        segmentAgeMax,
        checkpointRecords,
        checkpointAge,
        bytes,
        key,
        checkpointCopy);
  }

  public AuditSettings segmentBytesMax(long bytes) {
    return new AuditSettings(
        folder,
        durable,
        queueMax,
        bytes,
        segmentAgeMax,
        checkpointRecords,
        checkpointAge,
        reserveBytes,
        key,
        checkpointCopy);
  }

  /** With checkpoints signed, and copied where a second place is given. */
  public AuditSettings signed(PrivateKey signer, Optional<Path> copy) {
    return new AuditSettings(
        folder,
        durable,
        queueMax,
        segmentBytesMax,
        segmentAgeMax,
        checkpointRecords,
        checkpointAge,
        reserveBytes,
        Optional.of(signer),
        copy);
  }

  /** With checkpoints, signed and copied. */
  public AuditSettings checkpoints(long records, PrivateKey signer, Path copy) {
    return new AuditSettings(
        folder,
        durable,
        queueMax,
        segmentBytesMax,
        segmentAgeMax,
        records,
        checkpointAge,
        reserveBytes,
        Optional.of(signer),
        Optional.of(copy));
  }
}
