package io.ringfence.lab.engine;

import io.ringfence.lab.pki.Login;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Gives the PostgreSQL driver TLS with the asking client's certificate. The driver names it as a
 * class, so who asks is a scoped value.
 */
public final class LoginSocketFactory extends SSLSocketFactory {
  static final ScopedValue<Login> LOGIN = ScopedValue.newInstance();

  private final SSLSocketFactory tls = LOGIN.get().tls().getSocketFactory();

  @Override
  public Socket createSocket(Socket socket, String host, int port, boolean closes)
      throws IOException {
    return tls.createSocket(socket, host, port, closes);
  }

  @Override
  public String[] getDefaultCipherSuites() {
    return tls.getDefaultCipherSuites();
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return tls.getSupportedCipherSuites();
  }

  @Override
  public Socket createSocket(String host, int port) {
    throw wrappedOnly();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort) {
    throw wrappedOnly();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    throw wrappedOnly();
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
    throw wrappedOnly();
  }

  private static UnsupportedOperationException wrappedOnly() {
    return new UnsupportedOperationException("the driver wraps sockets that are connected");
  }
}
