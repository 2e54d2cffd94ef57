package io.ringfence.gateway.identity;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Gets documents over https: from literal, checked addresses, with the server verified by the name
 * in the URL. Redirects are not followed.
 *
 * <p>The JDK's own client resolves names by itself, so that what is connected to cannot be what was
 * checked.
 */
final class HttpsFetch implements Fetch {
  static final Duration CONNECT_MAX = Duration.ofSeconds(5);

  /** For everything from the first byte sent to the last byte read. */
  static final Duration ANSWER_MAX = Duration.ofSeconds(10);

  private static final int HTTPS = 443;

  private final Destinations destinations;
  private final SSLSocketFactory tls;

  HttpsFetch(Destinations destinations, SSLSocketFactory tls) {
    this.destinations = destinations;
    this.tls = tls;
  }

  @Override
  public byte[] get(URI uri, int bytesMax) throws IOException {
    return exchange(uri, question(uri), in -> new HttpResponse(in, bytesMax).body());
  }

  /** Reads an answer. */
  @FunctionalInterface
  interface Reading<T> {
    T from(InputStream in) throws IOException;
  }

  <T> T exchange(URI uri, byte[] question, Reading<T> reading) throws IOException {
    if (!"https".equalsIgnoreCase(uri.getScheme())
        || uri.getHost() == null
        || uri.getRawUserInfo() != null
        || uri.getRawFragment() != null) {
      throw new IOException("`" + uri + "` is no https URL with a host alone");
    }
    String host = bare(uri.getHost());
    int port = uri.getPort() < 0 ? HTTPS : uri.getPort();
    List<InetAddress> addresses = destinations.of(host, port);
    IOException last = null;
    for (InetAddress address : addresses) {
      try {
        return exchange(host, new InetSocketAddress(address, port), question, reading);
      } catch (IOException e) {
        last = e;
      }
    }
    throw last == null ? new IOException("`" + host + "` has no address") : last;
  }

  private static String bare(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private <T> T exchange(String host, InetSocketAddress at, byte[] question, Reading<T> reading)
      throws IOException {
    try (Socket plain = new Socket()) {
      plain.connect(at, (int) CONNECT_MAX.toMillis());
      plain.setSoTimeout((int) CONNECT_MAX.toMillis());
      long end = System.nanoTime() + ANSWER_MAX.toNanos();
      try (SSLSocket socket = (SSLSocket) tls.createSocket(plain, host, at.getPort(), true)) {
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        socket.getOutputStream().write(question);
        socket.getOutputStream().flush();
        InputStream in = new Timed(socket.getInputStream(), end);
        return reading.from(new BufferedInputStream(in));
      }
    }
  }

  /** What is asked for, with its query. */
  static String path(URI uri) {
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
  }

  private static byte[] question(URI uri) throws IOException {
    String text =
        "GET %s HTTP/1.1\r\nHost: %s\r\nAccept: application/json\r\nAccept-Encoding: identity\r\nUser-Agent: ringfence\r\nConnection: close\r\n\r\n"
            .formatted(path(uri), uri.getRawAuthority());
    if (text.chars().anyMatch(c -> c > '~')) {
      throw new IOException("`" + uri + "` has characters that belong into no URL");
    }
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** A stream that ends in time, however slowly its bytes come. */
  private static final class Timed extends InputStream {
    private final InputStream in;
    private final long end;

    Timed(InputStream in, long end) {
      this.in = in;
      this.end = end;
    }

    @Override
    public int read() throws IOException {
      check();
      return in.read();
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
      check();
      return in.read(to, offset, length);
    }

    private void check() throws IOException {
      if (System.nanoTime() - end > 0) {
        throw new IOException("it does not answer within " + ANSWER_MAX.toSeconds() + " s");
      }
    }
  }
}
