package io.ringfence.gateway.wire;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Speaks HTTP/2 frame by frame, well or badly. */
final class TestingHttp2 {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int CONTINUATION = 9;

  static final int END_STREAM = 1;
  static final int END_HEADERS = 4;

  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  private final OutputStream out;
  private final DataInputStream in;

  record Frame(int type, int flags, int stream, byte[] payload) {
    boolean ends() {
      return (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
    }

    /** Of a RST_STREAM or GOAWAY. */
    int error() {
      return ByteBuffer.wrap(payload).getInt(type == GOAWAY ? 4 : 0);
    }
  }

  TestingHttp2(Socket socket) throws IOException {
    out = socket.getOutputStream();
    in = new DataInputStream(socket.getInputStream());
    out.write(PREFACE.getBytes(StandardCharsets.US_ASCII));
    send(SETTINGS, 0, 0, new byte[0]);
  }

  void send(int type, int flags, int stream, byte[] payload) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
    frame.put((byte) (payload.length >>> 16)).putShort((short) payload.length);
    frame.put((byte) type).put((byte) flags).putInt(stream).put(payload);
    out.write(frame.array());
    out.flush();
  }

  void headers(int stream, boolean end, String... namesAndValues) throws IOException {
    send(HEADERS, END_HEADERS | (end ? END_STREAM : 0), stream, block(namesAndValues));
  }

  /** A GET that is well-formed. */
  void get(int stream, String path) throws IOException {
    headers(stream, true, ":method", "GET", ":scheme", "https", ":authority", "a", ":path", path);
  }

  /** HPACK: every field literally, without indexing. */
  static byte[] block(String... namesAndValues) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      block.write(0);
      literal(namesAndValues[i], block);
      literal(namesAndValues[i + 1], block);
    }
    return block.toByteArray();
  }

  private static void literal(String text, ByteArrayOutputStream block) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    if (bytes.length < 127) {
      block.write(bytes.length);
    } else {
      block.write(127);
      int rest = bytes.length - 127;
      while (rest >= 128) {
        block.write(rest % 128 + 128);
        rest /= 128;
      }
      block.write(rest);
    }
    block.writeBytes(bytes);
  }

  /** The next frame; null at the connection's end. */
  Frame read() throws IOException {
    try {
      int length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
      int type = in.readUnsignedByte();
      int flags = in.readUnsignedByte();
      int stream = in.readInt() & 0x7fffffff;
      byte[] payload = new byte[length];
      in.readFully(payload);
      return new Frame(type, flags, stream, payload);
    } catch (java.net.SocketTimeoutException e) {
      throw e;
    } catch (IOException e) {
      return null;
    }
  }

  /** All frames until a stream ends, or the connection does. */
  List<Frame> untilEndOf(int stream) throws IOException {
    List<Frame> frames = new ArrayList<>();
    for (Frame frame = read(); frame != null; frame = read()) {
      frames.add(frame);
      if (frame.stream() == stream && (frame.ends() || frame.type() == RST_STREAM)) {
        return frames;
      }
    }
    return frames;
  }

  /** All frames until the connection ends. */
  List<Frame> untilClosed() throws IOException {
    return untilEndOf(-1);
  }

  /** The status of a stream's answer, as Netty's encoder writes it: indexed, or literal. */
  static int status(List<Frame> frames, int stream) {
    for (Frame frame : frames) {
      if (frame.type() == HEADERS && frame.stream() == stream) {
        return status(frame.payload());
      }
    }
    return 0;
  }

  private static int status(byte[] block) {
    int first = block[0] & 0xff;
    if ((first & 0x80) != 0) {
      return switch (first & 0x7f) {
        case 8 -> 200;
        case 9 -> 204;
        case 10 -> 206;
        case 11 -> 304;
        case 12 -> 400;
        case 13 -> 404;
        case 14 -> 500;
        default -> -1;
      };
    }
    int length = block[1] & 0x7f;
    boolean huffman = (block[1] & 0x80) != 0;
    return huffman
        ? digits(block, 2, length)
        : Integer.parseInt(new String(block, 2, length, StandardCharsets.US_ASCII));
  }

  /** Digits in Huffman's code of HPACK: 0 to 2 take five bits, the others six. */
  private static int digits(byte[] block, int from, int length) {
    int out = 0;
    int bits = 0;
    int value = 0;
    for (int i = 0; i < length * 8; i++) {
      value = value << 1 | (block[from + i / 8] >> (7 - i % 8) & 1);
      bits++;
      if (bits == 5 && value <= 2) {
        out = out * 10 + value;
      } else if (bits == 6 && value >= 0x19 && value <= 0x1f) {
        out = out * 10 + (value - 0x19 + 3);
      } else {
        continue;
      }
      bits = 0;
      value = 0;
    }
    return out;
  }
}
