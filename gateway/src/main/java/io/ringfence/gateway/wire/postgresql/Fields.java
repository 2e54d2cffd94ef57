package io.ringfence.gateway.wire.postgresql;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Reads and writes what messages consist of. */
final class Fields {
  private Fields() {}

  /** Up to a zero byte, strictly UTF-8. */
  static String text(ByteBuf in) throws ProtocolViolation {
    int length = in.bytesBefore((byte) 0);
    if (length < 0) {
      throw new ProtocolViolation("a text does not end");
    }
    String out = utf8(in.nioBuffer(in.readerIndex(), length));
    in.skipBytes(length + 1);
    return out;
  }

  static String utf8(ByteBuffer bytes) throws ProtocolViolation {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(bytes)
          .toString();
    } catch (CharacterCodingException e) {
      throw new ProtocolViolation("a text is not UTF-8");
    }
  }

  static int int32(ByteBuf in) throws ProtocolViolation {
    require(in, 4);
    return in.readInt();
  }

  /** Unsigned. */
  static int int16(ByteBuf in) throws ProtocolViolation {
    require(in, 2);
    return in.readUnsignedShort();
  }

  static byte int8(ByteBuf in) throws ProtocolViolation {
    require(in, 1);
    return in.readByte();
  }

  static void require(ByteBuf in, int bytes) throws ProtocolViolation {
    if (in.readableBytes() < bytes) {
      throw new ProtocolViolation("a message is too short");
    }
  }

  static void requireEnd(ByteBuf in) throws ProtocolViolation {
    if (in.isReadable()) {
      throw new ProtocolViolation("a message is too long");
    }
  }

  // --- Writing ---

  /** Begins a message; {@link #end} ends it. */
  static int begin(ByteBuf out, char type) {
    out.writeByte(type);
    int at = out.writerIndex();
    out.writeInt(0);
    return at;
  }

  static void end(ByteBuf out, int begun) {
    out.setInt(begun, out.writerIndex() - begun);
  }

  static void text(ByteBuf out, String text) {
    out.writeCharSequence(text, StandardCharsets.UTF_8);
    out.writeByte(0);
  }

  /** A message without a body. */
  static void empty(ByteBuf out, char type) {
    end(out, begin(out, type));
  }
}
