package io.ringfence.conformance.isolation;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/**
 * Bytes that no client of HTTP sends: requests within requests, lengths and encodings that lie,
 * broken frames of HTTP/2, noise. What they hide reaches for others' data.
 */
final class HttpBytes {
  private static final String HIDDEN =
      "PUT /collections/gamma-planted HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
          + "content-length: 2\r\n\r\n{}"
          + "POST /collections/gamma-secret/points/scroll HTTP/1.1\r\nhost: x\r\ncontent-type:"
          + " application/json\r\ncontent-length: 2\r\n\r\n{}"
          + "GET /api/v2/tenants/default_tenant/databases/default_database/collections/gamma-secret"
          + " HTTP/1.1\r\nhost: x\r\n\r\n";
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  private HttpBytes() {}

  /**
   * What is sent.
   *
   * @param protocol that TLS agrees on
   */
  record Sent(byte[] bytes, String protocol) {}

  static Sent next(SplittableRandom random) {
    return random.nextInt(3) == 0
        ? new Sent(frames(random), "h2")
        : new Sent(text(random), "http/1.1");
  }

  // --- HTTP/1.1 ---

  private static byte[] text(SplittableRandom random) {
    String target = "/collections/" + pick(random, "docs", "shared") + "/points/scroll";
    String head = "POST " + target + " HTTP/1.1\r\nhost: x\r\n";
    String type = "content-type: application/json\r\n";
    String out =
        switch (random.nextInt(14)) {
          case 0 -> head + type + "content-length: 2\r\ncontent-length: 9\r\n\r\n{}" + HIDDEN;
          case 1 ->
              head
                  + type
                  + "content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"
                  + HIDDEN;
          case 2 ->
              head + type + "transfer-encoding: xchunked\r\ncontent-length: 2\r\n\r\n{}" + HIDDEN;
          case 3 -> head + type + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + HIDDEN;
          case 4 -> head + type + "transfer-encoding: chunked\r\n\r\n2;a=\"\n\r\n{}\r\n" + HIDDEN;
          case 5 -> head + type + "content-length: +2\r\n\r\n{}" + HIDDEN;
          case 6 -> head + type + "content-length: 2\n\r\n\n{}" + HIDDEN;
          case 7 -> head + type + " folded: x\r\ncontent-length: 2\r\n\r\n{}" + HIDDEN;
          case 8 ->
              "POST "
                  + pick(
                      random,
                      "/collections/docs/../gamma-secret/points/scroll",
                      "//collections//gamma-secret/points/scroll",
                      "/collections/docs%2f..%2fgamma-secret/points/scroll",
                      "/collections/gamma-secret%00/points/scroll",
                      "/collections/gamma-secret;x/points/scroll",
                      "http://other/collections/gamma-secret/points/scroll",
                      "/collections/docs/points/scroll?x=/gamma-secret#/../gamma-secret",
                      "/collections/%67amma-secret/points/scroll")
                  + " HTTP/1.1\r\nhost: x\r\n"
                  + type
                  + "content-length: 2\r\n\r\n{}";
          case 9 ->
              head
                  + "x-forwarded-for: 10.30.1.12\r\nx-tenant: gamma\r\napi-key: gamma\r\n"
                  + "x-http-method-override: DELETE\r\n"
                  + type
                  + "content-length: 2\r\n\r\n{}";
          case 10 -> head + type + "content-encoding: gzip\r\ncontent-length: 2\r\n\r\n{}" + HIDDEN;
          case 11 -> head + type + "content-length: 99999999999\r\n\r\n{}" + HIDDEN;
          case 12 -> head + "upgrade: h2c\r\nconnection: upgrade, content-length\r\n\r\n" + PREFACE;
          default -> head + type + "content-length: 2\r\n\r\n{}";
        };
    byte[] bytes = out.getBytes(StandardCharsets.ISO_8859_1);
    return random.nextInt(3) == 0 ? flipped(random, bytes) : bytes;
  }

  // --- HTTP/2 ---

  private static byte[] frames(SplittableRandom random) {
    byte[] preface = PREFACE.getBytes(StandardCharsets.ISO_8859_1);
    byte[] settings = frame(4, 0, 0, new byte[0]);
    byte[] rest =
        switch (random.nextInt(8)) {
          case 0 -> frame(0, 1, 1, noise(random, 20));
          case 1 -> frame(1, 5, 1, noise(random, 60));
          case 2 ->
              PostgresqlPeer.joined(frame(1, 1, 1, noise(random, 9)), frame(0, 1, 1, new byte[4]));
          case 3 -> frame(9, 4, 3, noise(random, 30));
          case 4 -> PostgresqlPeer.joined(new byte[] {-1, -1, -1, 0, 0, 0, 0, 0, 1}, new byte[9]);
          case 5 -> frame(4, 0, 0, noise(random, 12));
          // A block of headers whose path and authority are another's, twice.
          case 6 -> frame(1, 5, 1, headers());
          default -> noise(random, 80);
        };
    return PostgresqlPeer.joined(preface, settings, rest);
  }

  /** Literal fields without names from a table. */
  private static byte[] headers() {
    byte[] out = new byte[0];
    for (String[] field :
        new String[][] {
          {":method", "POST"},
          {":path", "/collections/gamma-secret/points/scroll"},
          {":path", "/collections/docs/points/scroll"},
          {":scheme", "https"},
          {":authority", "x"},
          {"content-length", "2"},
          {"transfer-encoding", "chunked"}
        }) {
      byte[] name = field[0].getBytes(StandardCharsets.US_ASCII);
      byte[] value = field[1].getBytes(StandardCharsets.US_ASCII);
      out =
          PostgresqlPeer.joined(
              out,
              new byte[] {0, (byte) name.length},
              name,
              new byte[] {(byte) value.length},
              value);
    }
    return out;
  }

  private static byte[] frame(int type, int flags, int stream, byte[] body) {
    byte[] head = {
      (byte) (body.length >> 16),
      (byte) (body.length >> 8),
      (byte) body.length,
      (byte) type,
      (byte) flags,
      0,
      0,
      0,
      (byte) stream
    };
    return PostgresqlPeer.joined(head, body);
  }

  // --- Parts ---

  private static byte[] noise(SplittableRandom random, int length) {
    byte[] out = new byte[length];
    random.nextBytes(out);
    return out;
  }

  private static byte[] flipped(SplittableRandom random, byte[] bytes) {
    // What is hidden stays as it is: with another name it would be the tenant's own to do.
    int hidden = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("PUT ");
    int end = hidden < 0 ? bytes.length : hidden;
    for (int i = 0; i <= random.nextInt(3); i++) {
      bytes[random.nextInt(end)] ^= (byte) (1 << random.nextInt(8));
    }
    return bytes;
  }

  private static String pick(SplittableRandom random, String... of) {
    return of[random.nextInt(of.length)];
  }
}
