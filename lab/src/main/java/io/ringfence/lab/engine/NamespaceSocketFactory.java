package io.ringfence.lab.engine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/**
 * Gives the PostgreSQL driver sockets that belong to the asking namespace, while the driver's own
 * work, and any thread it starts, stays outside. The driver names it as a class, so who asks is a
 * scoped value.
 */
public final class NamespaceSocketFactory extends SocketFactory {
  static final ScopedValue<NamespaceRunner> ASKING = ScopedValue.newInstance();

  @Override
  public Socket createSocket() throws IOException {
    return Namespaces.call(
        ASKING.get(),
        () -> {
          Socket socket = new Socket();
          socket.setTcpNoDelay(true); // the kernel's socket is made by the first option that is set
          return socket;
        });
  }

  @Override
  public Socket createSocket(String host, int port) {
    throw unconnectedOnly();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort) {
    throw unconnectedOnly();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    throw unconnectedOnly();
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
    throw unconnectedOnly();
  }

  private static UnsupportedOperationException unconnectedOnly() {
    return new UnsupportedOperationException("the driver connects its sockets itself");
  }
}
