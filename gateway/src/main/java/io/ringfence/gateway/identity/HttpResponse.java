package io.ringfence.gateway.identity;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The answer to a GET over HTTP/1.1 on a connection that is closed after it: a document, or nothing
 * at all.
 */
final class HttpResponse {
  static final int HEAD_BYTES_MAX = 32 * 1024;

  private static final int OK = 200;

  private final InputStream in;
  private final int bytesMax;
  private int head;

  HttpResponse(InputStream in, int bytesMax) {
    this.in = in;
    this.bytesMax = bytesMax;
  }

  /**
   * @throws IOException when the status is any but 200, or the body is no whole, plain document
   *     within its bound
   */
  byte[] body() throws IOException {
    int status = status(line());
    Map<String, String> headers = headers();
    if (status != OK) {
      boolean elsewhere = status / 100 == 3;
      throw new IOException(
          "it answers with status " + status + (elsewhere ? ": redirects are not followed" : ""));
    }
    String encoding = headers.getOrDefault("content-encoding", "identity");
    if (!encoding.equalsIgnoreCase("identity")) {
      throw new IOException("its answer is encoded");
    }
    String transfer = headers.get("transfer-encoding");
    if (transfer != null) {
      if (!transfer.equalsIgnoreCase("chunked")) {
        throw new IOException("its answer has a transfer encoding that is not taken");
      }
      return chunks();
    }
    return headers.containsKey("content-length")
        ? exactly(length(headers.get("content-length"), 10))
        : toTheEnd();
  }

  /** The status alone: what follows it is not read. */
  int status() throws IOException {
    return status(line());
  }

  private static int status(String line) throws IOException {
    String[] words = line.split(" ", 3);
    if (words.length < 2
        || !words[0].matches("HTTP/1\\.[01]")
        || !words[1].matches("[1-5][0-9][0-9]")) {
      throw new IOException("it does not answer in HTTP/1.1");
    }
    return Integer.parseInt(words[1]);
  }

  private Map<String, String> headers() throws IOException {
    Map<String, String> out = new TreeMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      if (colon <= 0) {
        throw new IOException("its answer has a broken header");
      }
      String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
      if (out.put(name, line.substring(colon + 1).strip()) != null
          && (name.startsWith("content-") || name.startsWith("transfer-"))) {
        throw new IOException("its answer has `" + name + "` twice");
      }
    }
    return out;
  }

  private String line() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new IOException("its answer breaks off");
      }
      if (++head > HEAD_BYTES_MAX) {
        throw new IOException("its answer's head is too large");
      }
      out.write(b);
    }
    String line = out.toString(StandardCharsets.ISO_8859_1);
    return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
  }

  private byte[] chunks() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    while (true) {
      String line = line();
      int size = length(line.split(";", 2)[0].strip(), 16);
      if (size == 0) {
        return out.toByteArray();
      }
      if (size > bytesMax - out.size()) {
        throw tooLarge();
      }
      out.write(exactly(size));
      if (!line().isEmpty()) {
        throw new IOException("its answer has a broken chunk");
      }
    }
  }

  private int length(String digits, int radix) throws IOException {
    try {
      if (!digits.matches("[0-9A-Fa-f]{1,9}")) {
        throw new IOException("its answer has a broken length");
      }
      long length = Long.parseLong(digits, radix);
      if (length > bytesMax) {
        throw tooLarge();
      }
      return (int) length;
    } catch (NumberFormatException e) {
      throw new IOException("its answer has a broken length", e);
    }
  }

  private byte[] exactly(int length) throws IOException {
    byte[] out = in.readNBytes(length);
    if (out.length < length) {
      throw new IOException("its answer breaks off");
    }
    return out;
  }

  private byte[] toTheEnd() throws IOException {
    byte[] out = in.readNBytes(bytesMax + 1);
    if (out.length > bytesMax) {
      throw tooLarge();
    }
    return out;
  }

  private IOException tooLarge() {
    return new IOException("its answer is larger than " + bytesMax + " bytes");
  }
}
