package io.ringfence.gateway.identity;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.netty.pkitesting.X509Bundle;
import io.ringfence.gateway.testing.TestingAuthority;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/** An issuer's https server on loopback: it answers what it is told, and counts who asks. */
final class TestingKeyServer implements AutoCloseable {
  /**
   * What is answered at a path.
   *
   * @param length what the head says of the body; 0 for chunks
   */
  record Page(int status, Map<String, String> headers, byte[] body, long length) {
    static Page of(String json) {
      byte[] body = json.getBytes(StandardCharsets.UTF_8);
      return new Page(200, Map.of(), body, body.length);
    }

    Page chunked() {
      return new Page(status, headers, body, 0);
    }
  }

  final Map<String, Page> pages = new ConcurrentHashMap<>();
  final AtomicInteger asked = new AtomicInteger();
  private final TestingAuthority authority = new TestingAuthority("web");
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private HttpsServer server;
  private final int port;

  TestingKeyServer() {
    this("localhost");
  }

  /**
   * @param name in its certificate
   */
  TestingKeyServer(String name) {
    try {
      context = keys(authority.server(name));
      server = listen(0);
      port = server.getAddress().getPort();
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private final SSLContext context;

  private HttpsServer listen(int at) throws IOException {
    HttpsServer out =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), at), 0);
    out.setHttpsConfigurator(new HttpsConfigurator(context));
    out.setExecutor(threads);
    out.createContext("/", this::answer);
    out.start();
    return out;
  }

  private void answer(HttpExchange exchange) throws IOException {
    asked.incrementAndGet();
    Page page = pages.get(exchange.getRequestURI().toString());
    if (page == null) {
      exchange.sendResponseHeaders(404, -1);
    } else {
      page.headers().forEach(exchange.getResponseHeaders()::add);
      exchange.sendResponseHeaders(page.status(), page.length());
      exchange.getResponseBody().write(page.body());
    }
    exchange.close();
  }

  /** Where it is, by a name that its certificate may not have. */
  URI uri(String host, String path) {
    return URI.create("https://" + host + ":" + port + path);
  }

  URI uri(String path) {
    return uri("localhost", path);
  }

  /** Stops listening, as a server that is down does. */
  void stop() {
    server.stop(0);
  }

  void startAgain() throws IOException {
    server = listen(port);
  }

  /** Trusts this server. */
  SSLSocketFactory trusting() {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setCertificateEntry(
          "root",
          CertificateFactory.getInstance("X.509")
              .generateCertificate(
                  new ByteArrayInputStream(authority.pem().getBytes(StandardCharsets.US_ASCII))));
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(store);
      SSLContext out = SSLContext.getInstance("TLS");
      out.init(null, trust.getTrustManagers(), null);
      return out.getSocketFactory();
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static SSLContext keys(X509Bundle own) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("own", own.getKeyPair().getPrivate(), new char[0], own.getCertificatePath());
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, new char[0]);
    SSLContext out = SSLContext.getInstance("TLS");
    out.init(keys.getKeyManagers(), null, null);
    return out;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
