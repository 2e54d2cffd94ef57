package io.ringfence.conformance.isolation;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Bytes that no client of HTTP sends: requests within requests, lengths and encodings that lie,
 * broken frames of HTTP/2, noise. What they hide reaches for others' data.
 */
final class HttpBytes {
  static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  private final List<String> own;
  private final List<String> foreign;
  private final String hidden;

  /**
   * @param own paths of what one may read, by a body without fields
   * @param foreign paths that lead, or may seem to lead, to what is another's
   * @param hidden requests for what is another's
   */
  private HttpBytes(List<String> own, List<String> foreign, String hidden) {
    this.own = own;
    this.foreign = foreign;
    this.hidden = hidden;
  }

  static HttpBytes ofQdrant() {
    return new HttpBytes(
        List.of("/collections/docs/points/scroll", "/collections/shared/points/scroll"),
        List.of(
            "/collections/gamma-secret/points/scroll",
            "/collections/docs/../gamma-secret/points/scroll",
            "//collections//gamma-secret/points/scroll",
            "/collections/docs%2f..%2fgamma-secret/points/scroll",
            "/collections/gamma-secret%00/points/scroll",
            "/collections/gamma-secret;x/points/scroll",
            "http://other/collections/gamma-secret/points/scroll",
            "/collections/docs/points/scroll?x=/gamma-secret#/../gamma-secret",
            "/collections/%67amma-secret/points/scroll"),
        request("PUT", "/collections/gamma-planted", "{}")
            + request("POST", "/collections/gamma-secret/points/scroll", "{}"));
  }

  /**
   * @param own identifiers of the tenants' collections
   * @param foreign the identifier of another's
   */
  static HttpBytes ofChroma(List<String> own, String foreign) {
    String root = "/api/v2/tenants/default_tenant/databases/default_database/collections";
    String secret = root + "/" + foreign + "/get";
    String mine = root + "/" + own.getFirst();
    return new HttpBytes(
        own.stream().map(id -> root + "/" + id + "/get").toList(),
        List.of(
            secret,
            mine + "/../" + foreign + "/get",
            mine + "/%2e%2e/" + foreign + "/get",
            mine + "%2f..%2f" + foreign + "/get",
            secret.replace("/", "//"),
            secret.replace(foreign, foreign + "%00"),
            secret.replace(foreign, foreign + ";" + own.getFirst()),
            secret.replace(foreign, foreign.toUpperCase(Locale.ROOT)),
            secret.replace("/default_tenant/", "/default%5ftenant/"),
            secret.replace("/default_tenant/", "/elsewhere/"),
            secret.replace("/api/v2/", "/api/v1/../v2/"),
            "http://other" + secret,
            mine + "/get?x=/" + foreign + "#/../" + foreign + "/get",
            mine + "/get?tenant=elsewhere&collection_id=" + foreign),
        request("POST", root, "{\"name\":\"gamma-planted\",\"get_or_create\":true}")
            + request("POST", secret, "{}")
            + request("DELETE", root + "/gamma-docs", ""));
  }

  static HttpBytes ofGrpc() {
    return new HttpBytes(List.of("/qdrant.Points/Scroll"), List.of(), "");
  }

  private static String request(String method, String path, String body) {
    return "%s %s HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s"
        .formatted(method, path, body.length(), body);
  }

  /**
   * What is sent.
   *
   * @param protocol that TLS agrees on
   */
  record Sent(byte[] bytes, String protocol) {}

  Sent next(SplittableRandom random) {
    if (foreign.isEmpty()) {
      return new Sent(GrpcBytes.next(random), "h2");
    }
    return random.nextInt(3) == 0
        ? new Sent(frames(random), "h2")
        : new Sent(text(random), "http/1.1");
  }

  // --- HTTP/1.1 ---

  private byte[] text(SplittableRandom random) {
    String target = pick(random, own);
    String head = "POST " + target + " HTTP/1.1\r\nhost: x\r\n";
    String type = "content-type: application/json\r\n";
    String out =
        switch (random.nextInt(14)) {
          case 0 -> head + type + "content-length: 2\r\ncontent-length: 9\r\n\r\n{}" + hidden;
          case 1 ->
              head
                  + type
                  + "content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"
                  + hidden;
          case 2 ->
              head + type + "transfer-encoding: xchunked\r\ncontent-length: 2\r\n\r\n{}" + hidden;
          case 3 -> head + type + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + hidden;
          case 4 -> head + type + "transfer-encoding: chunked\r\n\r\n2;a=\"\n\r\n{}\r\n" + hidden;
          case 5 -> head + type + "content-length: +2\r\n\r\n{}" + hidden;
          case 6 -> head + type + "content-length: 2\n\r\n\n{}" + hidden;
          case 7 -> head + type + " folded: x\r\ncontent-length: 2\r\n\r\n{}" + hidden;
          case 8 ->
              "POST "
                  + pick(random, foreign)
                  + " HTTP/1.1\r\nhost: x\r\n"
                  + type
                  + "content-length: 2\r\n\r\n{}";
          case 9 ->
              head
                  + "x-forwarded-for: 10.30.1.12\r\nx-tenant: gamma\r\napi-key: gamma\r\n"
                  + "x-http-method-override: DELETE\r\n"
                  + type
                  + "content-length: 2\r\n\r\n{}";
          case 10 -> head + type + "content-encoding: gzip\r\ncontent-length: 2\r\n\r\n{}" + hidden;
          case 11 -> head + type + "content-length: 99999999999\r\n\r\n{}" + hidden;
          case 12 -> head + "upgrade: h2c\r\nconnection: upgrade, content-length\r\n\r\n" + PREFACE;
          default -> head + type + "content-length: 2\r\n\r\n{}";
        };
    byte[] bytes = out.getBytes(StandardCharsets.ISO_8859_1);
    return random.nextInt(3) == 0 ? flipped(random, bytes) : bytes;
  }

  // --- HTTP/2 ---

  private byte[] frames(SplittableRandom random) {
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

  private byte[] headers() {
    return fields(
        ":method",
        "POST",
        ":path",
        foreign.getFirst(),
        ":path",
        own.getFirst(),
        ":scheme",
        "https",
        ":authority",
        "x",
        "content-length",
        "2",
        "transfer-encoding",
        "chunked");
  }

  /**
   * Literal fields without names from a table.
   *
   * @param namesAndValues each shorter than 127
   */
  static byte[] fields(String... namesAndValues) {
    byte[] out = new byte[0];
    for (int i = 0; i < namesAndValues.length; i += 2) {
      byte[] name = namesAndValues[i].getBytes(StandardCharsets.US_ASCII);
      byte[] value = namesAndValues[i + 1].getBytes(StandardCharsets.US_ASCII);
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

  static byte[] frame(int type, int flags, int stream, byte[] body) {
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

  static byte[] noise(SplittableRandom random, int length) {
    byte[] out = new byte[length];
    random.nextBytes(out);
    return out;
  }

  private byte[] flipped(SplittableRandom random, byte[] bytes) {
    // What is hidden stays as it is: with another name it would be the tenant's own to do.
    int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(hidden);
    int end = at < 0 ? bytes.length : at;
    for (int i = 0; i <= random.nextInt(3); i++) {
      bytes[random.nextInt(end)] ^= (byte) (1 << random.nextInt(8));
    }
    return bytes;
  }

  private static String pick(SplittableRandom random, List<String> of) {
    return of.get(random.nextInt(of.size()));
  }
}
