package io.ringfence.gateway.wire;

import io.ringfence.gateway.secret.Secrets;
import io.ringfence.gateway.testing.TestingAuthority;
import io.ringfence.model.Gateway;
import io.ringfence.model.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** A listener on loopback, and raw sockets to it. */
final class TestingListener implements AutoCloseable {
  static final int PATIENCE_MILLIS = 15_000;

  private static final Transport TRANSPORT = new Transport(2);

  private final Listener listener;
  final Connections connections;

  private TestingListener(Listener listener, Connections connections) {
    this.listener = listener;
    this.connections = connections;
  }

  static TestingListener open(Listener.Speech speech, Optional<ServerTls> tls, WireLimits limits)
      throws IOException {
    return open(speech, tls, limits, new Connections(limits.connectionsMax()));
  }

  static TestingListener open(
      Listener.Speech speech, Optional<ServerTls> tls, WireLimits limits, Connections connections)
      throws IOException {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return new TestingListener(
        Listener.open(TRANSPORT, any, speech, tls, limits, connections), connections);
  }

  static Transport transport() {
    return TRANSPORT;
  }

  /** Keys in a folder, and TLS that takes clients without certificates. */
  static ServerTls tls(Path folder, String... versions) throws IOException {
    TestingAuthority authority = new TestingAuthority("acme.example");
    TestingAuthority.write(authority.server("gateway"), folder, "gateway");
    authority.writeTrust(folder.resolve("ca.pem"));
    Files.createDirectories(folder);
    Gateway.Tls tls =
        new Gateway.Tls(
            new Secret.OfFile("gateway.pem"),
            new Secret.OfFile("gateway.key"),
            Map.of("acme.example", new Secret.OfFile("ca.pem")));
    return new ServerTls(tls, Gateway.Demand.OPTIONAL, Secrets.in(folder), List.of(versions));
  }

  int port() {
    return listener.socket().getPort();
  }

  Socket connect() throws IOException {
    Socket out = new Socket(InetAddress.getLoopbackAddress(), port());
    out.setSoTimeout(PATIENCE_MILLIS);
    return out;
  }

  /** A connection inside TLS that offers these protocols and trusts whoever answers. */
  SSLSocket connectTls(String... protocols) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Trusting()}, null);
      SSLSocket out = (SSLSocket) context.getSocketFactory().createSocket("localhost", port());
      out.setSoTimeout(PATIENCE_MILLIS);
      SSLParameters parameters = out.getSSLParameters();
      parameters.setApplicationProtocols(protocols);
      out.setSSLParameters(parameters);
      out.startHandshake();
      return out;
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class Trusting implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  @Override
  public void close() {
    listener.close();
    connections.closeAll();
  }
}
