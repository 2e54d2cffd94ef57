package io.ringfence.gateway.audit;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * The audit log of a gateway: takes records from many threads, and one thread writes them, as many
 * at once as wait (group commit).
 *
 * <p>A record that cannot be written fails its future, and whoever waits for it must not answer.
 */
public final class AuditLog implements AutoCloseable {
  /** Written with one sync at most. */
  static final int BATCH_MAX = 4096;

  private static final long IDLE_NANOS = 250_000_000;

  /** When a batch had so many, more are coming. */
  static final int GATHER_RECORDS = 4;

  /** So long a batch then waits for them at most, so that they share its sync. */
  private static final long GATHER_NANOS_MAX = 500_000;

  /** With so many it waits for no more. */
  private static final int GATHERED_RECORDS = 256;

  /** What waits for the writer; `waiting` counts it, and bounds it. */
  private final Queue<Pending> queue = new ConcurrentLinkedQueue<>();

  private final AtomicInteger waiting = new AtomicInteger();
  private final int queueMax;
  private final LogWriter writer;
  private final Thread thread;
  private volatile boolean closed;

  /** The writer sleeps until it is woken, or for a while. */
  private volatile boolean asleep;

  /**
   * A record on its way; {@code done} gives its number.
   *
   * @param operator whether it may take the room that is reserved
   * @param awaited whether somebody acts only once it is durable
   */
  record Pending(boolean operator, boolean awaited, byte[] fields, CompletableFuture<Long> done) {}

  private AuditLog(LogWriter writer, int queueMax) {
    this.writer = writer;
    this.queueMax = queueMax;
    this.thread = Thread.ofPlatform().name("audit").unstarted(this::run);
  }

  /**
   * Opens a log, or goes on with the one that the folder holds. What a crash left of a last line is
   * set aside as {@code .torn}, and a record says so.
   *
   * @throws AuditException when another process writes it, or its last segment is damaged
   */
  public static AuditLog open(AuditSettings settings, InstantSource clock) throws IOException {
    return open(settings, clock, Disk.REAL);
  }

  static AuditLog open(AuditSettings settings, InstantSource clock, Disk disk) throws IOException {
    AuditLog log = new AuditLog(LogWriter.open(settings, clock, disk), settings.queueMax());
    log.thread.start();
    return log;
  }

  /**
   * Hands a record in. Done when it is durable, with its number; what is chained to it runs on the
   * writer's thread unless it says otherwise, and must not block there. Never waits: past the
   * queue's limit it fails.
   *
   * <p>A completion is done when it is written: nobody acts on it, so that the next record's sync
   * is early enough for it, or that of a moment when nothing is written.
   */
  public CompletableFuture<Long> append(AuditRecord record) {
    Pending pending =
        new Pending(
            record instanceof AuditRecord.Operated,
            !(record instanceof AuditRecord.Completed),
            RecordFields.of(record),
            new CompletableFuture<>());
    // What a reader would not take for a line is refused here, not written.
    if (pending.fields().length > Chain.LINE_BYTES_MAX / 2) {
      pending.done().completeExceptionally(new AuditException("the audit record is too long"));
    } else if (closed || !offer(pending)) {
      pending.done().completeExceptionally(refusal());
    } else if (closed && queue.remove(pending)) {
      pending.done().completeExceptionally(refusal());
    }
    return pending.done();
  }

  private boolean offer(Pending pending) {
    if (waiting.incrementAndGet() > queueMax) {
      waiting.decrementAndGet();
      return false;
    }
    queue.add(pending);
    if (asleep) {
      LockSupport.unpark(thread);
    }
    return true;
  }

  private AuditException refusal() {
    return new AuditException(
        closed ? "the audit log is closed" : "the audit log cannot keep up: its queue is full");
  }

  private void run() {
    List<Pending> batch = new ArrayList<>();
    boolean more = false;
    while (!closed || !queue.isEmpty()) {
      Pending first = next();
      if (first == null) {
        more = false;
        writer.syncIfDue();
      } else {
        batch.add(first);
        gather(more);
        drain(batch);
        more = batch.size() >= GATHER_RECORDS;
        writer.write(batch);
        batch.clear();
      }
      writer.checkpointIfDue();
    }
  }

  /**
   * A sync costs the same for one record and for a hundred. Waiting as long as one takes no more
   * than doubles what a record waits for, and a machine that is short of time syncs less often.
   */
  private void gather(boolean more) {
    if (more && !closed && waiting.get() < GATHERED_RECORDS) {
      LockSupport.parkNanos(Math.min(writer.syncNanos(), GATHER_NANOS_MAX));
    }
  }

  private void drain(List<Pending> batch) {
    while (batch.size() < BATCH_MAX) {
      Pending next = queue.poll();
      if (next == null) {
        break;
      }
      batch.add(next);
    }
    waiting.addAndGet(1 - batch.size()); // the first was counted when it was taken
  }

  /** Null when none came for a while. */
  private Pending next() {
    Pending first = queue.poll();
    if (first == null) {
      asleep = true;
      first = queue.poll(); // one may have come before it was seen to sleep
      long until = System.nanoTime() + IDLE_NANOS;
      long left = IDLE_NANOS;
      while (first == null && left > 0 && !closed) {
        LockSupport.parkNanos(left);
        first = queue.poll();
        left = until - System.nanoTime();
      }
      asleep = false;
    }
    if (first != null) {
      waiting.decrementAndGet();
    }
    return first;
  }

  /** Writes what waits, signs a last checkpoint, and lets the folder go. */
  @Override
  public void close() throws IOException {
    closed = true;
    LockSupport.unpark(thread);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    queue.forEach(p -> p.done().completeExceptionally(refusal()));
    writer.close();
  }
}
