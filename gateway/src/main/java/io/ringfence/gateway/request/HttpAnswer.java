package io.ringfence.gateway.request;

import java.util.Optional;

/**
 * An answer over HTTP, without its framing.
 *
 * @param contentType the media type alone, in lower case
 * @param body not to be changed; empty when there is none
 */
public record HttpAnswer(int status, Optional<String> contentType, byte[] body) {
  public HttpAnswer {
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("status " + status + " ends no request");
    }
  }
}
