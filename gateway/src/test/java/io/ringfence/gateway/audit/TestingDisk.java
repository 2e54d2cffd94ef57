package io.ringfence.gateway.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** The real disk, until it is full, fails to sync, or is slow. */
final class TestingDisk implements Disk {
  volatile boolean full;
  volatile boolean syncFails;

  /** A file may be so long. */
  volatile long bytesMax = Long.MAX_VALUE;

  /** Of segments and the reserved room. */
  final AtomicInteger syncs = new AtomicInteger();

  volatile CountDownLatch stall = new CountDownLatch(0);

  /** Down to zero once a write stalls. */
  volatile CountDownLatch stalled = new CountDownLatch(1);

  @Override
  public Segment open(Path path) throws IOException {
    Segment real = Disk.REAL.open(path);
    long reserved = java.nio.file.Files.size(path);
    return new Segment() {
      @Override
      public void write(ByteBuffer bytes, long position) throws IOException {
        await();
        long end = position + bytes.remaining();
        if ((full && end > reserved) || end > bytesMax) {
          // As the kernel does: what fits is written first.
          real.write(bytes.slice(0, bytes.remaining() / 2), position);
          throw new IOException("No space left on device");
        }
        real.write(bytes, position);
      }

      @Override
      public void force() throws IOException {
        if (syncFails) {
          throw new IOException("Input/output error");
        }
        syncs.incrementAndGet();
        real.force();
      }

      @Override
      public void truncate(long length) throws IOException {
        real.truncate(length);
      }

      @Override
      public void close() throws IOException {
        real.close();
      }
    };
  }

  private void await() throws IOException {
    try {
      stalled.countDown();
      stall.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
