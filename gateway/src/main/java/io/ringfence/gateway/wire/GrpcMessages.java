package io.ringfence.gateway.wire;

import io.netty.buffer.ByteBuf;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Deque;

/** The messages of one direction of a streaming call, cut out of the bytes that bear them. */
final class GrpcMessages {
  private final int bytesMax;
  private final Deque<byte[]> whole = new ArrayDeque<>();
  private final byte[] prefix = new byte[GrpcFraming.PREFIX_BYTES];
  private ByteArrayOutputStream message = new ByteArrayOutputStream(0);
  private int prefixed;
  private int length;
  private int wholeBytes;

  /**
   * @param bytesMax of one message
   */
  GrpcMessages(int bytesMax) {
    this.bytesMax = bytesMax;
  }

  /**
   * Takes bytes; room is made as they come, not as a length claims.
   *
   * @throws RefusedException when a message is compressed, or larger than it may be
   */
  void add(ByteBuf data) throws RefusedException {
    while (data.isReadable()) {
      if (prefixed < prefix.length) {
        prefix[prefixed++] = data.readByte();
        if (prefixed == prefix.length) {
          length = lengthOf(prefix);
        }
      } else {
        byte[] part = new byte[Math.min(length - message.size(), data.readableBytes())];
        data.readBytes(part);
        message.writeBytes(part);
      }
      cut();
    }
  }

  private int lengthOf(byte[] of) throws RefusedException {
    if (of[0] != 0) {
      throw new RefusedException(Refusal.Kind.UNSUPPORTED, "compressed messages are not served");
    }
    long announced = java.nio.ByteBuffer.wrap(of).getInt(1) & 0xffffffffL;
    if (announced > bytesMax) {
      throw new RefusedException(
          Refusal.Kind.TOO_LARGE, "a message is larger than " + bytesMax + " bytes");
    }
    return (int) announced;
  }

  private void cut() {
    if (prefixed == prefix.length && message.size() == length) {
      whole.add(message.toByteArray());
      wholeBytes += length;
      message = new ByteArrayOutputStream(0);
      prefixed = 0;
      length = 0;
    }
  }

  /** The next that is whole; null where none is. */
  byte[] poll() {
    byte[] next = whole.poll();
    wholeBytes -= next == null ? 0 : next.length;
    return next;
  }

  /** Whether some bytes of a message are there, and not all. */
  boolean midway() {
    return prefixed > 0;
  }

  /** Bytes that wait here. */
  int size() {
    return wholeBytes + message.size();
  }
}
