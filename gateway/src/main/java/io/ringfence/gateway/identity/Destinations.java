package io.ringfence.gateway.identity;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/** Where the gateway itself may connect to. */
@FunctionalInterface
public interface Destinations {
  /**
   * The addresses of a host that may be connected to. A connection is made to one of these and to
   * nothing that a name resolves to afterwards.
   *
   * @throws IOException when the name does not resolve, or to nothing that is permitted
   */
  List<InetAddress> of(String host, int port) throws IOException;
}
