package io.ringfence.gateway.wire;

import io.netty.buffer.ByteBuf;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import java.io.ByteArrayOutputStream;
import java.util.Optional;

/** The body of one stream, gathered up to a limit. */
final class Http2Body {
  private final int bytesMax;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(0);

  Http2Body(int bytesMax) {
    this.bytesMax = bytesMax;
  }

  int size() {
    return bytes.size();
  }

  void add(ByteBuf part) throws RefusedException {
    if (bytes.size() + part.readableBytes() > bytesMax) {
      throw new RefusedException(
          Refusal.Kind.TOO_LARGE, "the body is larger than " + bytesMax + " bytes");
    }
    byte[] read = new byte[part.readableBytes()];
    part.readBytes(read);
    bytes.writeBytes(read);
  }

  /**
   * All of it.
   *
   * @throws RefusedException when the length that was announced is another
   */
  byte[] whole(Optional<String> announced) throws RefusedException {
    if (announced.filter(l -> !l.equals(Integer.toString(bytes.size()))).isPresent()) {
      throw HeaderFields.malformed("the body is not as long as its length says");
    }
    return bytes.toByteArray();
  }
}
