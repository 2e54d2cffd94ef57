package io.ringfence.conformance.isolation;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Frames of HTTP/2 that no client of gRPC sends: sizes of messages that lie, flags, types and
 * trailers that nobody means, paths that lead elsewhere. What they hide reaches for others' data.
 */
final class GrpcBytes {
  private static final String SCROLL = "/qdrant.Points/Scroll";
  private static final String GRPC = "application/grpc";
  private static final int HEADERS = 1;
  private static final int DATA = 0;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;

  private static final List<String> PATHS =
      List.of(
          "/qdrant.Points/Scroll/",
          "//qdrant.Points/Scroll",
          "/qdrant.points/scroll",
          "/qdrant.PointsInternal/Scroll",
          "/qdrant.Points/../qdrant.Snapshots/List",
          "/qdrant.Points%2fScroll",
          "/qdrant.Points/Scroll?collection_name=gamma-secret",
          "/qdrant.Snapshots/CreateFull",
          "/qdrant.CollectionsInternal/Get",
          "/qdrant.Raft/Send",
          "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo");

  private GrpcBytes() {}

  static byte[] next(SplittableRandom random) {
    byte[] own = named(pick(random, List.of("docs", "shared")));
    byte[] secret = named("gamma-secret");
    byte[] frames =
        switch (random.nextInt(13)) {
          case 0 -> call(framed(0, own.length + 9, own));
          case 1 -> call(framed(0, 2, own));
          case 2 -> call(framed(1, secret.length, secret), "grpc-encoding", "gzip");
          case 3 -> call(framed(1 + random.nextInt(255), secret.length, secret));
          case 4 -> call(framed(0, -1, secret));
          case 5 ->
              post(
                  SCROLL,
                  pick(
                      random,
                      List.of("application/json", "application/grpc-web", "application/grpc+json")),
                  framed(0, secret.length, secret));
          case 6 -> post(pick(random, PATHS), GRPC, framed(0, secret.length, secret));
          case 7 -> trailed(own);
          case 8 ->
              call(
                  framed(0, own.length, own),
                  "grpc-timeout",
                  pick(random, List.of("0n", "1n", "99999999S", "999999999S", "-1S", "1X", "")));
          case 9 ->
              call(
                  PostgresqlPeer.joined(
                      framed(0, own.length, own), framed(0, secret.length, secret)));
          case 10 -> {
            byte[] both = PostgresqlPeer.joined(own, secret);
            yield call(framed(0, both.length, both));
          }
          case 11 ->
              call(
                  framed(0, own.length, own),
                  "api-key",
                  "gamma",
                  "x-tenant",
                  "gamma",
                  "authorization",
                  "Bearer gamma");
          default ->
              PostgresqlPeer.joined(
                  HttpBytes.frame(DATA, END_STREAM, 1, framed(0, secret.length, secret)),
                  call(framed(0, secret.length, secret)));
        };
    byte[] visible = random.nextInt(3) == 0 ? flipped(random, frames) : frames;
    return PostgresqlPeer.joined(
        HttpBytes.PREFACE.getBytes(StandardCharsets.US_ASCII),
        HttpBytes.frame(4, 0, 0, new byte[0]),
        visible,
        planting());
  }

  /** Another's collection is made, on a stream of its own. */
  private static byte[] planting() {
    byte[] planted = named("gamma-planted");
    return PostgresqlPeer.joined(
        HttpBytes.frame(HEADERS, END_HEADERS, 3, head("/qdrant.Collections/Create", GRPC)),
        HttpBytes.frame(DATA, END_STREAM, 3, framed(0, planted.length, planted)));
  }

  /** The first field of nearly every message. */
  private static byte[] named(String collection) {
    byte[] name = collection.getBytes(StandardCharsets.US_ASCII);
    return PostgresqlPeer.joined(new byte[] {0x0a, (byte) name.length}, name);
  }

  private static byte[] framed(int flag, int length, byte[] message) {
    return PostgresqlPeer.joined(new byte[] {(byte) flag}, PostgresqlPeer.number(length), message);
  }

  private static byte[] head(String path, String type, String... more) {
    return PostgresqlPeer.joined(
        HttpBytes.fields(
            ":method",
            "POST",
            ":scheme",
            "https",
            ":path",
            path,
            ":authority",
            "x",
            "te",
            "trailers",
            "content-type",
            type),
        HttpBytes.fields(more));
  }

  private static byte[] call(byte[] body, String... more) {
    return PostgresqlPeer.joined(
        HttpBytes.frame(HEADERS, END_HEADERS, 1, head(SCROLL, GRPC, more)),
        HttpBytes.frame(DATA, END_STREAM, 1, body));
  }

  private static byte[] post(String path, String type, byte[] body) {
    return PostgresqlPeer.joined(
        HttpBytes.frame(HEADERS, END_HEADERS, 1, head(path, type)),
        HttpBytes.frame(DATA, END_STREAM, 1, body));
  }

  /** With fields after the message, another path among them. */
  private static byte[] trailed(byte[] message) {
    return PostgresqlPeer.joined(
        HttpBytes.frame(HEADERS, END_HEADERS, 1, head(SCROLL, GRPC)),
        HttpBytes.frame(DATA, 0, 1, framed(0, message.length, message)),
        HttpBytes.frame(
            HEADERS,
            END_HEADERS | END_STREAM,
            1,
            HttpBytes.fields(
                "x-tenant", "gamma", "grpc-status", "0", ":path", "/qdrant.Snapshots/List")));
  }

  private static byte[] flipped(SplittableRandom random, byte[] bytes) {
    byte[] out = Arrays.copyOf(bytes, bytes.length);
    for (int i = 0; i <= random.nextInt(3); i++) {
      out[random.nextInt(out.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return out;
  }

  private static String pick(SplittableRandom random, List<String> of) {
    return of.get(random.nextInt(of.size()));
  }
}
