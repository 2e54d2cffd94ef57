package io.ringfence.gateway.identity;

import java.io.IOException;
import java.net.URI;

/** Gets a document from a URL. */
@FunctionalInterface
public interface Fetch {
  /**
   * @throws IOException when it is not to be had within bounds of size and time, by its own server,
   *     from a place where the gateway may connect to
   */
  byte[] get(URI uri, int bytesMax) throws IOException;
}
