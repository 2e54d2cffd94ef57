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

  /** A segment that is shorter grows with its records: nobody writes so much that it would pay. */
  static final int ROOM_FROM_BYTES = 64 << 10;

  /** Room that is made at once, at most. */
  static final int ROOM_BYTES_MAX = 1 << 20;

  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(64 << 10).asReadOnlyBuffer();

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

  /** Up to here the segment has zeros where it has no records: see {@link #makeRoom}. */
  private long room;

  /** The disk had none to spare for this segment. */
  private boolean roomless;

  private long syncNanos;

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
    cut();
    reserve();
    checkpoints.resume(chain);
    if (recovery.torn().isPresent()) {
      put(List.of(RecordFields.of(recovery.torn().get())), /* awaited= */ true);
    }
  }

  private void openSegment(Path path, long length) throws IOException {
    segment = disk.open(path);
    position = length;
    room = length;
    roomless = false;
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
    makeRoom(length);
    write(bytes.flip());
    if (awaited) {
      sync();
    }
    position += length;
    long first = chain.count() + 1;
    chain = next;
    return first;
  }

  /**
   * Writes zeros ahead of the records: a sync of what is written over them has no length and no
   * place of a file to write, so that the file system's journal has no part in it.
   */
  private void makeRoom(int length) throws IOException {
    if (!settings.durable()
        || reserved
        || roomless
        || position < ROOM_FROM_BYTES
        || position + length <= room) {
      return;
    }
    long end = position + Math.max(length, Math.min(position, ROOM_BYTES_MAX));
    try {
      for (long at = position; at < end; at += ZEROS.limit()) {
        int part = (int) Math.min(ZEROS.limit(), end - at);
        segment.write(ZEROS.slice(0, part), at);
      }
      room = end;
    } catch (IOException e) {
      roomless = true; // records may still fit
      takeBack(e);
      if (broken != null) {
        throw broken;
      }
    }
  }

  private void giveRoomBack() throws IOException {
    if (room > position) {
      cut();
    }
  }

  /** Leaves nothing after the records. */
  private void cut() throws IOException {
    segment.truncate(position);
    room = position;
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
        long begun = System.nanoTime();
        segment.force();
        syncNanos = System.nanoTime() - begun;
      }
      unsynced = false;
    } catch (IOException e) {
      broken = e;
      throw e;
    }
  }

  /** How long the last sync took; none where nothing is synced. */
  long syncNanos() {
    return syncNanos;
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
        cut();
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
    giveRoomBack();
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
    room = settings.reserveBytes();
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
    giveRoomBack();
    segment.close();
    lock.close();
  }
}
