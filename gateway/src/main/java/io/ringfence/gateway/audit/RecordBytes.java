package io.ringfence.gateway.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.time.Instant;
import java.util.Arrays;

/** Where a record's JSON is put together; used again and again by one thread. */
final class RecordBytes {
  private static final int START_BYTES = 1024;

  private byte[] out = new byte[START_BYTES];
  private int length;

  /** The time that was written last, to the second, as {@link Instant} writes it. */
  private long second = Long.MIN_VALUE;

  private String secondText = "";

  /** Forgets what was written. A rare long record leaves no long buffer behind. */
  void begin() {
    length = 0;
    if (out.length > Chain.LINE_BYTES_MAX) {
      out = new byte[START_BYTES];
    }
  }

  byte[] copy() {
    return Arrays.copyOf(out, length);
  }

  /** Appends ASCII. */
  RecordBytes plain(String text) {
    int count = text.length();
    room(count);
    for (int i = 0; i < count; i++) {
      out[length + i] = (byte) text.charAt(i);
    }
    length += count;
    return this;
  }

  RecordBytes plain(long number) {
    return plain(Long.toString(number));
  }

  /** Appends a JSON text. */
  RecordBytes quoted(String text) {
    plain("\"");
    if (!ascii(text)) {
      StringBuilder escaped = new StringBuilder(text.length() + 16);
      JsonStringEncoder.getInstance().quoteAsString(text, escaped);
      byte[] bytes = escaped.toString().getBytes(UTF_8);
      room(bytes.length);
      System.arraycopy(bytes, 0, out, length, bytes.length);
      length += bytes.length;
    }
    return plain("\"");
  }

  /** Appends a text of printable ASCII and says so; of another nothing is kept. */
  private boolean ascii(String text) {
    int count = text.length();
    room(2 * count);
    int end = length;
    for (int i = 0; i < count; i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~') {
        return false;
      }
      if (c == '"' || c == '\\') {
        out[end++] = '\\';
      }
      out[end++] = (byte) c;
    }
    length = end;
    return true;
  }

  /** Appends a time as {@link Instant#toString} has it. */
  RecordBytes time(Instant time) {
    if (time.getEpochSecond() != second) {
      second = time.getEpochSecond();
      String text = Instant.ofEpochSecond(second).toString();
      secondText = text.substring(0, text.length() - 1); // without the Z
    }
    plain(secondText);
    int nanos = time.getNano();
    if (nanos != 0) {
      plain(".");
      if (nanos % 1_000_000 == 0) {
        digits(nanos / 1_000_000, 3);
      } else if (nanos % 1_000 == 0) {
        digits(nanos / 1_000, 6);
      } else {
        digits(nanos, 9);
      }
    }
    return plain("Z");
  }

  private void digits(int number, int count) {
    room(count);
    int rest = number;
    for (int i = count - 1; i >= 0; i--) {
      out[length + i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length += count;
  }

  private void room(int more) {
    if (out.length - length < more) {
      out = Arrays.copyOf(out, Math.max(2 * out.length, length + more));
    }
  }
}
