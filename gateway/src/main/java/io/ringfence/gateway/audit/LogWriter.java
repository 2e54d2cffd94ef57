package io.ringfence.gateway.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Writes batches of records to the current segment; of one thread alone. */
final class LogWriter implements AutoCloseable {
  private static final Duration RESERVE_RETRY = Duration.ofSeconds(1);

  private final AuditSettings settings;
  private final InstantSource clock;
  private final Disk disk;
  private final FileChannel lock;
  private final CheckpointWriter checkpoints;

  // INVARIANT (durable prefix): the first `position` bytes of `segment` end the chain `chain`, and
  // every record that was acknowledged is among them or in an earlier segment. All of them are on
  // the disk, but for completions since the last sync while it is `unsynced`.
  private Chain chain;
  private Disk.Segment segment;
  private long position;
  private Instant opened;
  private boolean unsynced;

  /** Writing into reserved room, which only operators' records may take. */
  private boolean reserved;

  private Instant retry = Instant.MIN;

  /** Why nothing can be written any more; after a failed sync nobody knows what is on the disk. */
  private IOException broken;

  private LogWriter(AuditSettings settings, InstantSource clock, Disk disk, FileChannel lock)
      throws IOException {
    this.settings = settings;
    this.clock = clock;
    this.disk = disk;
    this.lock = lock;
    this.checkpoints = new CheckpointWriter(settings, clock);
  }

  static LogWriter open(AuditSettings settings, InstantSource clock, Disk disk) throws IOException {
    Files.createDirectories(settings.folder());
    FileChannel lock = lock(settings.folder());
    try {
      LogWriter writer = new LogWriter(settings, clock, disk, lock);
      writer.resume();
      return writer;
    } catch (IOException e) {
      lock.close();
      throw e;
    }
  }

  private static FileChannel lock(Path folder) throws IOException {
    FileChannel channel =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean held = false;
    try {
      held = channel.tryLock() != null;
    } catch (java.nio.channels.OverlappingFileLockException e) {
      held = false;
    }
    if (!held) {
      channel.close();
      throw new AuditException("another process writes the audit log `" + folder + "`");
    }
    return channel;
  }

  private void resume() throws IOException {
    Recovery recovery = Recovery.of(settings.folder(), clock);
    chain = recovery.chain();
    openSegment(
        recovery.segment().orElseGet(() -> settings.folder().resolve(Segments.name(1))),
        recovery.length());
    segment.truncate(position);
    reserve();
    checkpoints.resume(chain);
    if (recovery.torn().isPresent()) {
      put(List.of(RecordFields.of(recovery.torn().get())), /* awaited= */ true);
    }
  }

  private void openSegment(Path path, long length) throws IOException {
    segment = disk.open(path);
    position = length;
    opened = clock.instant();
    syncFolder();
  }

  /** A new file is durable only once its folder is. */
  private void syncFolder() throws IOException {
    if (settings.durable()) {
      try (FileChannel folder = FileChannel.open(settings.folder(), StandardOpenOption.READ)) {
        folder.force(true);
      }
    }
  }

  private void reserve() throws IOException {
    Path path = settings.folder().resolve(Segments.RESERVE);
    if (Files.exists(path) && Files.size(path) == settings.reserveBytes()) {
      return;
    }
    try (Disk.Segment room = disk.open(path)) {
      room.write(ByteBuffer.allocate(settings.reserveBytes()), 0);
      room.force();
    } catch (IOException e) {
      Files.deleteIfExists(path);
      throw e;
    }
  }

  /** Writes all or fails all, but for operators' records, which have room of their own. */
  void write(List<AuditLog.Pending> batch) {
    try {
      leaveReserve();
      rotateIfDue();
      acknowledge(batch, put(batch));
    } catch (IOException e) {
      IOException failure = broken == null ? e : broken;
      batch.stream().filter(p -> !p.operator()).forEach(p -> fail(p, failure));
      List<AuditLog.Pending> operators = batch.stream().filter(AuditLog.Pending::operator).toList();
      if (!operators.isEmpty()) {
        writeReserved(operators);
      }
    }
  }

  private void writeReserved(List<AuditLog.Pending> operators) {
    try {
      enterReserve();
      acknowledge(operators, put(operators));
    } catch (IOException e) {
      operators.forEach(p -> fail(p, e));
    }
  }

  private static void acknowledge(List<AuditLog.Pending> batch, long first) {
    long number = first;
    for (AuditLog.Pending pending : batch) {
      pending.done().complete(number++);
    }
  }

  private static void fail(AuditLog.Pending pending, IOException e) {
    pending
        .done()
        .completeExceptionally(
            new AuditException("the audit log cannot be written: " + e.getMessage(), e));
  }

  private long put(List<AuditLog.Pending> batch) throws IOException {
    List<byte[]> records = new ArrayList<>(batch.size());
    boolean awaited = false;
    for (AuditLog.Pending pending : batch) {
      records.add(pending.fields());
      awaited |= pending.awaited();
    }
    return put(records, awaited);
  }

  /** Returns the number of the first. */
  private long put(List<byte[]> records, boolean awaited) throws IOException {
    if (broken != null) {
      throw broken;
    }
    List<byte[]> lines = new ArrayList<>(records.size());
    Chain next = chain;
    int length = 0;
    for (byte[] record : records) {
      Chain.Link link = next.append(record);
      next = link.chain();
      lines.add(link.line());
      length += link.line().length;
    }
    if (reserved && position + length > settings.reserveBytes()) {
      throw new AuditException("the disk is full, and so is the reserved file");
    }
    ByteBuffer bytes = ByteBuffer.allocate(length);
    lines.forEach(bytes::put);
    write(bytes.flip());
    if (awaited) {
      sync();
    }
    position += length;
    long first = chain.count() + 1;
    chain = next;
    return first;
  }

  private void write(ByteBuffer bytes) throws IOException {
    try {
      segment.write(bytes, position);
    } catch (IOException e) {
      takeBack(e);
      throw e;
    }
    unsynced = true;
  }

  private void sync() throws IOException {
    try {
      if (settings.durable() && unsynced) {
        segment.force();
      }
      unsynced = false;
    } catch (IOException e) {
      broken = e;
      throw e;
    }
  }

  /** Completions that wait for a sync get one now. */
  void syncIfDue() {
    try {
      if (broken == null) {
        sync();
      }
    } catch (IOException e) {
      // It is broken now, which the next record tells its caller.
    }
  }

  /** What was written in part is no record. */
  private void takeBack(IOException cause) {
    try {
      if (reserved) {
        // Cutting it would give its room away.
        broken = cause;
      } else {
        segment.truncate(position);
      }
    } catch (IOException e) {
      cause.addSuppressed(e);
      broken = cause;
    }
  }

  private void rotateIfDue() throws IOException {
    boolean old = opened.plus(settings.segmentAgeMax()).isBefore(clock.instant());
    if (position > 0 && (position >= settings.segmentBytesMax() || old)) {
      rotate();
    }
  }

  private void rotate() throws IOException {
    sync();
    Disk.Segment before = segment;
    openSegment(settings.folder().resolve(Segments.name(chain.count() + 1)), 0);
    before.close();
  }

  private void enterReserve() throws IOException {
    if (broken != null || reserved) {
      return;
    }
    sync();
    Path next = settings.folder().resolve(Segments.name(chain.count() + 1));
    Disk.Segment before = segment;
    Files.move(
        settings.folder().resolve(Segments.RESERVE),
        next,
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    openSegment(next, 0);
    before.close();
    reserved = true;
  }

  /** As soon as there is room for another reserve, all records are taken again. */
  private void leaveReserve() throws IOException {
    if (!reserved) {
      return;
    }
    if (clock.instant().isBefore(retry)) {
      throw new AuditException("the disk is full");
    }
    retry = clock.instant().plus(RESERVE_RETRY);
    reserve();
    segment.truncate(position);
    reserved = false;
    retry = Instant.MIN;
    rotate();
  }

  void checkpointIfDue() {
    checkpoints.signIfDue(chain);
  }

  @Override
  public void close() throws IOException {
    syncIfDue();
    checkpoints.sign(chain);
    if (reserved) {
      segment.truncate(position);
    }
    segment.close();
    lock.close();
  }
}
