package io.ringfence.gateway.serve;

import io.ringfence.gateway.wire.Listener;
import java.io.IOException;
import java.net.InetSocketAddress;

/** Opens a gateway's listeners where their addresses are. */
@FunctionalInterface
public interface SocketOpener {
  /** In the network of who starts the gateway. */
  SocketOpener HERE = (socket, opening) -> opening.open();

  /**
   * Opens a listener.
   *
   * @param socket where it will listen
   */
  Listener at(InetSocketAddress socket, Opening opening) throws IOException;

  /** What opens a listener, in the network namespace of the thread that it runs on. */
  @FunctionalInterface
  interface Opening {
    Listener open() throws IOException;
  }
}
