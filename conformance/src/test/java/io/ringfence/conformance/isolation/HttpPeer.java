package io.ringfence.conformance.isolation;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** A client of HTTP/1.1 that keeps one connection, and sends whatever bytes it is given. */
final class HttpPeer implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 120_000;
  private static final int ANSWER_BYTES_MAX = 64 << 20;

  private final int port;
  private final Optional<SSLContext> tls;
  private Socket socket;
  private InputStream in;

  HttpPeer(int port, Optional<SSLContext> tls) {
    this.port = port;
    this.tls = tls;
  }

  /** What was answered. */
  record Answer(int status, byte[] body) {
    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  /** A request as its bytes. */
  static byte[] request(
      String method,
      List<String> path,
      Map<String, String> query,
      Optional<String> contentType,
      byte[] body) {
    String target =
        path.stream()
            .map(s -> URLEncoder.encode(s, StandardCharsets.UTF_8).replace("+", "%20"))
            .collect(Collectors.joining("/", "/", ""));
    String parameters =
        query.entrySet().stream()
            .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    String head =
        "%s %s%s HTTP/1.1\r\nhost: localhost\r\n%scontent-length: %d\r\n\r\n"
            .formatted(
                method,
                target,
                parameters.isEmpty() ? "" : "?" + parameters,
                contentType.map(t -> "content-type: " + t + "\r\n").orElse(""),
                body.length);
    return PostgresqlPeer.joined(head.getBytes(StandardCharsets.UTF_8), body);
  }

  Answer ask(byte[] request) throws IOException {
    boolean again = socket != null;
    try {
      return once(request);
    } catch (EOFException | SocketException | SSLException e) {
      // A server may close what was idle.
      close();
      if (!again) {
        throw e;
      }
      return once(request);
    }
  }

  private Answer once(byte[] request) throws IOException {
    if (socket == null) {
      open("http/1.1");
    }
    socket.getOutputStream().write(request);
    socket.getOutputStream().flush();
    return answer();
  }

  /** Sends bytes on a connection of their own, and says all that comes within a while. */
  String tell(byte[] bytes, int millis, String protocol) throws IOException {
    try {
      open(protocol);
      socket.setSoTimeout(millis);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        for (int b = in.read(); b >= 0; b = in.read()) {
          out.write(b);
        }
      } catch (SocketTimeoutException | SocketException | SSLException e) {
        return out.toString(StandardCharsets.UTF_8);
      }
      return out.toString(StandardCharsets.UTF_8);
    } finally {
      close();
    }
  }

  private void open(String protocol) throws IOException {
    Socket plain = new Socket("127.0.0.1", port);
    plain.setTcpNoDelay(true);
    socket = tls.isPresent() ? inside(plain, protocol) : plain;
    socket.setSoTimeout(PATIENCE_MILLIS);
    in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
  }

  private SSLSocket inside(Socket plain, String protocol) throws IOException {
    SSLSocket out =
        (SSLSocket)
            tls.orElseThrow()
                .getSocketFactory()
                .createSocket(plain, "127.0.0.1", port, /* autoClose= */ true);
    SSLParameters parameters = out.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {protocol});
    out.setSSLParameters(parameters);
    out.startHandshake();
    return out;
  }

  private Answer answer() throws IOException {
    String status = line();
    Map<String, String> fields = new HashMap<>();
    for (String field = line(); !field.isEmpty(); field = line()) {
      String[] parts = field.split(":", 2);
      fields.put(parts[0].toLowerCase(Locale.ROOT), parts[1].strip());
    }
    int length = Integer.parseInt(fields.getOrDefault("content-length", "0"));
    if (length < 0 || length > ANSWER_BYTES_MAX || fields.containsKey("transfer-encoding")) {
      throw new IOException("an answer that this client does not read: " + status + fields);
    }
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException();
    }
    if ("close".equals(fields.get("connection"))) {
      close();
    }
    return new Answer(Integer.parseInt(status.split(" ")[1]), body);
  }

  private String line() throws IOException {
    StringBuilder out = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException();
      }
      if (b != '\r') {
        out.append((char) b);
      }
    }
    return out.toString();
  }

  @Override
  public void close() throws IOException {
    if (socket != null) {
      socket.close();
      socket = null;
    }
  }
}
