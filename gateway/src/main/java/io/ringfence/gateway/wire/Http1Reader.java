package io.ringfence.gateway.wire;

import io.netty.buffer.ByteBuf;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads messages in HTTP/1.1 (RFC 9112), one after the other, in the one way that no other reader
 * takes differently: what is doubtful about where a message ends is refused, not repaired.
 *
 * <p>INVARIANT (one reading): no bare CR or LF, no folded line, one length, {@code chunked} as the
 * only coding and never beside a length, no chunk extension, no trailer field.
 */
final class Http1Reader {
  private static final int CHUNK_DIGITS_MAX = 8;
  private static final int ROOM_BYTES = 64 << 10;

  private final Side side;
  private final int bodyBytesMax;
  private final HeadCheck check;

  private State state = State.START;
  private int scanned;
  private int headBytes;
  private Http1Message.Start start;
  private HeaderFields fields;
  private byte[] body;
  private int bodyLength;
  private int filled;
  private int chunkLeft;
  private ByteArrayOutputStream chunks;
  private boolean bodiless;

  /** Whose messages are read. */
  enum Side {
    CLIENT,
    SERVER
  }

  private enum State {
    START,
    FIELD,
    BODY,
    CHUNK_SIZE,
    CHUNK,
    CHUNK_END,
    TRAILER
  }

  Http1Reader(Side side, int bodyBytesMax) {
    this(side, bodyBytesMax, (start, fields) -> {});
  }

  /**
   * @param check looks at each head before its body is read
   */
  Http1Reader(Side side, int bodyBytesMax, HeadCheck check) {
    this.side = side;
    this.bodyBytesMax = bodyBytesMax;
    this.check = check;
  }

  /** Looks at the head of a message. */
  @FunctionalInterface
  interface HeadCheck {
    /**
     * @throws RefusedException when the rest of it is not to be read
     */
    void check(Http1Message.Start start, HeaderFields fields) throws RefusedException;
  }

  /** Says that the answer to come has no body: that to a HEAD. */
  void expectNoBody(boolean none) {
    bodiless = none;
  }

  /** How much room the body that is being read takes by now. */
  int gathered() {
    return chunks != null ? chunks.size() : body != null ? body.length : 0;
  }

  /** Whether a message has begun and is not wholly there. */
  boolean midway() {
    return state != State.START || scanned > 0;
  }

  /**
   * The next message; null when more bytes are needed.
   *
   * @throws RefusedException after which nothing more can be read of this connection
   */
  Http1Message read(ByteBuf in) throws RefusedException {
    while (true) {
      boolean moved =
          switch (state) {
            case START -> readStart(in);
            case FIELD -> readField(in);
            case BODY -> readBody(in);
            case CHUNK_SIZE -> readChunkSize(in);
            case CHUNK -> readChunk(in);
            case CHUNK_END -> readChunkEnd(in);
            case TRAILER -> readTrailer(in);
          };
      if (!moved) {
        return null;
      }
      if (state == State.START) {
        return taken();
      }
    }
  }

  private Http1Message taken() {
    Http1Message out = new Http1Message(start, fields, body);
    start = null;
    fields = null;
    body = null;
    chunks = null;
    headBytes = 0;
    return out;
  }

  // --- Lines ---

  /** The next line without its end; null when it is not wholly there. */
  private String line(ByteBuf in) throws RefusedException {
    int from = in.readerIndex();
    int end = in.indexOf(from + scanned, in.writerIndex(), (byte) '\n');
    int length = (end < 0 ? in.writerIndex() : end) - from;
    if (length > WireLimits.LINE_BYTES_MAX || headBytes + length > WireLimits.HEAD_BYTES_MAX) {
      throw new RefusedException(Refusal.Kind.TOO_LARGE, "the headers are too long");
    }
    if (end < 0) {
      scanned = length;
      return null;
    }
    scanned = 0;
    headBytes += length + 1;
    if (length == 0 || in.getByte(end - 1) != '\r') {
      throw malformed("a line ends without CR");
    }
    String out = in.toString(from, length - 1, StandardCharsets.ISO_8859_1);
    in.readerIndex(end + 1);
    if (out.indexOf('\r') >= 0 || out.indexOf(0) >= 0) {
      throw malformed("a line has a bare CR or a NUL");
    }
    return out;
  }

  private boolean readStart(ByteBuf in) throws RefusedException {
    String line = line(in);
    if (line == null) {
      return false;
    }
    start = side == Side.CLIENT ? request(line) : status(line);
    fields = new HeaderFields();
    state = State.FIELD;
    return true;
  }

  private static Http1Message.Request request(String line) throws RefusedException {
    int first = line.indexOf(' ');
    int last = line.lastIndexOf(' ');
    if (first <= 0 || first == last || line.indexOf(' ', first + 1) != last) {
      throw malformed("the request line is not `METHOD TARGET VERSION`");
    }
    if (!line.substring(last + 1).equals("HTTP/1.1")) {
      throw malformed("the version is not HTTP/1.1");
    }
    String method = line.substring(0, first);
    if (!isWithin(method, 'A', 'Z')) {
      throw malformed("the method is none");
    }
    return new Http1Message.Request(method, line.substring(first + 1, last));
  }

  private static Http1Message.Status status(String line) throws RefusedException {
    boolean status =
        line.startsWith("HTTP/1.1 ")
            && line.length() >= 12
            && (line.length() == 12 || line.charAt(12) == ' ')
            && isWithin(line.substring(9, 12), '0', '9');
    if (!status) {
      throw malformed("the status line is none");
    }
    int code = Integer.parseInt(line.substring(9, 12));
    if (code < 200 || code > 599) {
      throw malformed("the status ends no request");
    }
    return new Http1Message.Status(code);
  }

  private boolean readField(ByteBuf in) throws RefusedException {
    String line = line(in);
    if (line == null) {
      return false;
    }
    if (line.isEmpty()) {
      frame();
      return true;
    }
    if (line.charAt(0) == ' ' || line.charAt(0) == '\t') {
      throw malformed("a header is folded");
    }
    int colon = line.indexOf(':');
    if (colon < 0) {
      throw malformed("a header has no colon");
    }
    fields.add(line.substring(0, colon), trimmed(line, colon + 1));
    return true;
  }

  private static String trimmed(String line, int from) {
    int begin = from;
    int end = line.length();
    while (begin < end && isBlank(line.charAt(begin))) {
      begin++;
    }
    while (end > begin && isBlank(line.charAt(end - 1))) {
      end--;
    }
    return line.substring(begin, end);
  }

  private static boolean isWithin(String text, char from, char to) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < from || c > to) {
        return false;
      }
    }
    return true;
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  // --- Where the message ends ---

  private void frame() throws RefusedException {
    Optional<String> coding = fields.one("transfer-encoding");
    Optional<String> length = fields.one("content-length");
    if (coding.isPresent() && length.isPresent()) {
      throw malformed("there is a length beside a transfer coding");
    }
    check.check(start, fields);
    if (hasNoBody()) {
      body = new byte[0];
      state = State.START;
    } else if (coding.isPresent()) {
      if (!coding.get().toLowerCase(Locale.ROOT).equals("chunked")) {
        throw malformed("the transfer coding is not `chunked`");
      }
      chunks = new ByteArrayOutputStream();
      state = State.CHUNK_SIZE;
    } else if (length.isPresent()) {
      sized(length.get());
    } else if (side == Side.SERVER) {
      throw malformed("the answer has no length");
    } else {
      body = new byte[0];
      state = State.START;
    }
  }

  /** Of an answer whose body its status or its question rules out, whatever its headers say. */
  private boolean hasNoBody() {
    return side == Side.SERVER
        && (bodiless
            || (start instanceof Http1Message.Status s && (s.code() == 204 || s.code() == 304)));
  }

  private void sized(String length) throws RefusedException {
    if (length.isEmpty() || !isWithin(length, '0', '9')) {
      throw malformed("the length is none");
    }
    if (length.length() > 10 || Long.parseLong(length) > bodyBytesMax) {
      throw tooLarge();
    }
    bodyLength = Integer.parseInt(length);
    // A claim costs nothing: room is made as the bytes come.
    body = new byte[Math.min(bodyLength, ROOM_BYTES)];
    filled = 0;
    state = bodyLength == 0 ? State.START : State.BODY;
  }

  private RefusedException tooLarge() {
    return new RefusedException(
        Refusal.Kind.TOO_LARGE, "the body is larger than " + bodyBytesMax + " bytes");
  }

  private boolean readBody(ByteBuf in) {
    int count = Math.min(in.readableBytes(), bodyLength - filled);
    if (filled + count > body.length) {
      int room = (int) Math.min(bodyLength, Math.max(2L * body.length, filled + count));
      body = Arrays.copyOf(body, room);
    }
    in.readBytes(body, filled, count);
    filled += count;
    if (filled < bodyLength) {
      return false;
    }
    body = body.length == bodyLength ? body : Arrays.copyOf(body, bodyLength);
    state = State.START;
    return true;
  }

  private boolean readChunkSize(ByteBuf in) throws RefusedException {
    headBytes = 0;
    String line = line(in);
    if (line == null) {
      return false;
    }
    if (line.isEmpty()
        || line.length() > CHUNK_DIGITS_MAX
        || !line.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 0x80)) {
      throw malformed("a chunk's size is none");
    }
    long size = Long.parseLong(line, 16);
    if (size + chunks.size() > bodyBytesMax) {
      throw tooLarge();
    }
    chunkLeft = (int) size;
    state = size == 0 ? State.TRAILER : State.CHUNK;
    return true;
  }

  private boolean readChunk(ByteBuf in) {
    int count = Math.min(in.readableBytes(), chunkLeft);
    byte[] part = new byte[count];
    in.readBytes(part);
    chunks.writeBytes(part);
    chunkLeft -= count;
    if (chunkLeft > 0) {
      return false;
    }
    state = State.CHUNK_END;
    return true;
  }

  private boolean readChunkEnd(ByteBuf in) throws RefusedException {
    if (in.readableBytes() < 2) {
      return false;
    }
    if (in.readByte() != '\r' || in.readByte() != '\n') {
      throw malformed("a chunk is longer than its size");
    }
    state = State.CHUNK_SIZE;
    return true;
  }

  private boolean readTrailer(ByteBuf in) throws RefusedException {
    String line = line(in);
    if (line == null) {
      return false;
    }
    if (!line.isEmpty()) {
      throw malformed("there are headers after the body");
    }
    body = chunks.toByteArray();
    state = State.START;
    return true;
  }

  private static RefusedException malformed(String text) {
    return HeaderFields.malformed(text);
  }
}
