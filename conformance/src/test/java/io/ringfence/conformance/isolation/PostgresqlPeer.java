package io.ringfence.conformance.isolation;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/** A client of PostgreSQL's protocol that sends whatever bytes it is given. */
final class PostgresqlPeer implements AutoCloseable {
  static final int TLS_REQUEST = 80877103;
  static final int VERSION_3 = 3 << 16;

  private static final int PATIENCE_MILLIS = 120_000;

  private final Socket socket;
  private final DataInputStream in;
  private final OutputStream out;
  private boolean over;

  private PostgresqlPeer(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(PATIENCE_MILLIS);
    in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
    out = socket.getOutputStream();
  }

  /** What a server said: its type, and its body. */
  record Said(char type, byte[] body) {}

  /** A connection inside TLS where a context is given, in which nothing is said yet. */
  static PostgresqlPeer open(int port, Optional<SSLContext> tls) throws IOException {
    Socket plain = new Socket("127.0.0.1", port);
    plain.setTcpNoDelay(true);
    if (tls.isEmpty()) {
      return new PostgresqlPeer(plain);
    }
    plain.setSoTimeout(PATIENCE_MILLIS);
    DataOutputStream asks = new DataOutputStream(plain.getOutputStream());
    asks.writeInt(8);
    asks.writeInt(TLS_REQUEST);
    asks.flush();
    if (plain.getInputStream().read() != 'S') {
      throw new IOException("no TLS");
    }
    SSLSocket inside =
        (SSLSocket) tls.get().getSocketFactory().createSocket(plain, "127.0.0.1", port, true);
    inside.startHandshake();
    return new PostgresqlPeer(inside);
  }

  /** The same, logged in. */
  static PostgresqlPeer loggedIn(int port, Optional<SSLContext> tls, String... said)
      throws IOException {
    PostgresqlPeer peer = open(port, tls);
    List<Said> answer = peer.exchange(startup(VERSION_3, said), 1);
    if (peer.over || answer.stream().anyMatch(s -> s.type() == 'E')) {
      throw new IOException("cannot log in: " + text(answer));
    }
    return peer;
  }

  static byte[] startup(int version, String... said) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    Arrays.stream(said).map(PostgresqlPeer::zeroed).forEach(body::writeBytes);
    body.write(0);
    return joined(number(8 + body.size()), number(version), body.toByteArray());
  }

  boolean over() {
    return over;
  }

  /** Sends bytes, and reads until the server was ready so many times or ended it. */
  List<Said> exchange(byte[] bytes, int readies) throws IOException {
    List<Said> answer = new ArrayList<>();
    int left = readies;
    try {
      out.write(bytes);
      out.flush();
      while (left > 0) {
        Said said = next();
        answer.add(said);
        left -= said.type() == 'Z' ? 1 : 0;
      }
    } catch (SocketTimeoutException e) {
      throw new IOException("no answer to " + new String(bytes, StandardCharsets.UTF_8), e);
    } catch (EOFException | SocketException | SSLException e) {
      over = true;
    }
    return answer;
  }

  /** Sends bytes that need no answer, and reads what comes within a while. */
  List<Said> tell(byte[] bytes, int millis) throws IOException {
    socket.setSoTimeout(millis);
    List<Said> answer = new ArrayList<>();
    try {
      out.write(bytes);
      out.flush();
      while (true) {
        answer.add(next());
      }
    } catch (SocketTimeoutException e) {
      return answer;
    } catch (EOFException | SocketException | SSLException e) {
      over = true;
      return answer;
    }
  }

  private Said next() throws IOException {
    char type = (char) in.readUnsignedByte();
    byte[] body = new byte[in.readInt() - 4];
    in.readFully(body);
    return new Said(type, body);
  }

  static String text(List<Said> answer) {
    StringBuilder text = new StringBuilder();
    for (Said said : answer) {
      text.append(said.type()).append(new String(said.body(), StandardCharsets.UTF_8)).append('\n');
    }
    return text.toString().replace('\0', '|');
  }

  /** Without waiting for what the other end would say. */
  @Override
  public void close() throws IOException {
    socket.close();
  }

  // --- Messages ---

  static byte[] message(char type, byte[]... parts) {
    byte[] body = joined(parts);
    return joined(new byte[] {(byte) type}, number(4 + body.length), body);
  }

  static byte[] query(String sql) {
    return message('Q', zeroed(sql));
  }

  static byte[] parse(String name, String sql, int... types) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(pair(types.length));
    Arrays.stream(types).forEach(t -> all.writeBytes(number(t)));
    return message('P', zeroed(name), zeroed(sql), all.toByteArray());
  }

  static byte[] bind(String portal, String statement, List<String> values) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(pair(0));
    all.writeBytes(pair(values.size()));
    for (String value : values) {
      byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
      all.writeBytes(number(bytes.length));
      all.writeBytes(bytes);
    }
    all.writeBytes(pair(0));
    return message('B', zeroed(portal), zeroed(statement), all.toByteArray());
  }

  static byte[] describe(char kind, String name) {
    return message('D', new byte[] {(byte) kind}, zeroed(name));
  }

  static byte[] closing(char kind, String name) {
    return message('C', new byte[] {(byte) kind}, zeroed(name));
  }

  static byte[] execute(String portal, int rowsMax) {
    return message('E', zeroed(portal), number(rowsMax));
  }

  static byte[] sync() {
    return message('S');
  }

  static byte[] number(int value) {
    return new byte[] {
      (byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value
    };
  }

  static byte[] pair(int value) {
    return new byte[] {(byte) (value >> 8), (byte) value};
  }

  static byte[] zeroed(String text) {
    return (text + "\0").getBytes(StandardCharsets.UTF_8);
  }

  static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    Arrays.stream(parts).forEach(all::writeBytes);
    return all.toByteArray();
  }
}
