package io.ringfence.gateway.limit;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Room for the bodies of requests that are on their way, over all connections of a gateway: many
 * clients that each keep to their own bound cannot fill the memory together.
 */
public final class Bodies {
  /** The part of the heap that they may take, as its divisor: what is parsed of one takes more. */
  private static final int HEAP_PARTS = 16;

  private final long bytesMax;
  private final AtomicLong taken = new AtomicLong();

  public Bodies(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /**
   * A sixteenth of this process's heap, or one body where that is less.
   *
   * @param bodyBytesMax of one request
   */
  public static Bodies ofThisHeap(long bodyBytesMax) {
    return new Bodies(Math.max(bodyBytesMax, Runtime.getRuntime().maxMemory() / HEAP_PARTS));
  }

  /** False when there is no room for so many more. */
  public boolean take(int bytes) {
    if (taken.addAndGet(bytes) > bytesMax) {
      taken.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  /** Gives back what was taken. */
  public void give(int bytes) {
    taken.addAndGet(-bytes);
  }

  /** How many bytes are taken. */
  public long taken() {
    return taken.get();
  }
}
