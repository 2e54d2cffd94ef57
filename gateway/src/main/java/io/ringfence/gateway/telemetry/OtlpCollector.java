package io.ringfence.gateway.telemetry;

import io.ringfence.gateway.identity.HttpsPost;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.function.Supplier;

/** A collector that takes OTLP over HTTPS. */
public final class OtlpCollector implements Collector {
  private final HttpsPost post;
  private final String base;
  private final Supplier<Map<String, String>> headers;

  /**
   * @param base its URL, with or without a slash at its end
   * @param headers read for each request, since secrets change
   */
  public OtlpCollector(HttpsPost post, String base, Supplier<Map<String, String>> headers) {
    this.post = post;
    this.base = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
    this.headers = headers;
  }

  @Override
  public Outcome send(String path, byte[] request) throws IOException {
    int status =
        post.post(URI.create(base + path), "application/x-protobuf", headers.get(), request);
    return switch (status) {
      case 200 -> Outcome.TAKEN;
      // What the protocol has sent again.
      case 429, 502, 503, 504 -> Outcome.LATER;
      default -> Outcome.NEVER;
    };
  }
}
