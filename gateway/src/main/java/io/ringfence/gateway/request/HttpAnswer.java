package io.ringfence.gateway.request;

import java.time.Duration;
import java.util.Optional;

/**
 * An answer over HTTP, without its framing.
 *
 * @param contentType the media type alone, in lower case
 * @param body not to be changed; empty when there is none
 * @param retryAfter the {@code Retry-After} of a refusal that waiting helps
 */
public record HttpAnswer(
    int status, Optional<String> contentType, byte[] body, Optional<Duration> retryAfter) {
  public HttpAnswer(int status, Optional<String> contentType, byte[] body) {
    this(status, contentType, body, Optional.empty());
  }

  public HttpAnswer {
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("status " + status + " ends no request");
    }
  }
}
