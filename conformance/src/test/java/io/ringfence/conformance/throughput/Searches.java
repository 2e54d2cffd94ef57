package io.ringfence.conformance.throughput;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;

/** One engine's searches of about 1 KiB, and answers of ten points, about 4 KiB. */
interface Searches {
  int REQUEST_BYTES = 1024;
  int ANSWER_BYTES = 4096;
  int POINTS = 10;

  /** The engine's name in a blueprint. */
  String engine();

  /** Where clients post their searches. */
  String path();

  /** One client's searches, none like another. */
  String request(Random random);

  /** A client's request with that body. */
  default FullHttpRequest post(byte[] body) {
    FullHttpRequest out =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1, HttpMethod.POST, path(), Unpooled.wrappedBuffer(body));
    out.headers()
        .set(HttpHeaderNames.HOST, Site.SERVER)
        .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
        .setInt(HttpHeaderNames.CONTENT_LENGTH, body.length);
    return out;
  }

  /** What the stand-in answers; empty where the database would know no such thing. */
  Optional<String> answer(HttpMethod method, String target);

  /** Numbers until the text has about that many bytes. */
  static String vector(Random random, int bytes) {
    StringBuilder out = new StringBuilder("[");
    while (out.length() < bytes) {
      out.append(out.length() == 1 ? "" : ",")
          .append(String.format(Locale.ROOT, "%.7f", random.nextDouble()));
    }
    return out.append(']').toString();
  }
}
