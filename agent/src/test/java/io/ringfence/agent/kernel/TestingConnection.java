package io.ringfence.agent.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;

/** A live TCP connection from a client on the left of a router to a server on its right. */
final class TestingConnection implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 2000;

  final Socket client;
  final Socket server;

  private TestingConnection(Socket client, Socket server) throws IOException {
    this.client = client;
    this.server = server;
    client.setSoTimeout(TIMEOUT_MILLIS);
    server.setSoTimeout(TIMEOUT_MILLIS);
    client.setTcpNoDelay(true);
    server.setTcpNoDelay(true);
  }

  static TestingConnection open(TestingRouter hosts, InetAddress to, int port) throws Exception {
    ServerSocket listener =
        hosts.right.call(
            () -> {
              var socket = new ServerSocket();
              socket.setReuseAddress(true);
              socket.bind(new InetSocketAddress(to, port));
              return socket;
            });
    try (listener) {
      Socket client =
          hosts.left.call(
              () -> {
                var socket = new Socket();
                socket.connect(new InetSocketAddress(to, port), TIMEOUT_MILLIS);
                return socket;
              });
      return new TestingConnection(client, listener.accept());
    }
  }

  /** As the client opened it. */
  ConntrackTuple tuple() {
    return ConntrackTuple.tcp(
        client.getLocalAddress(), client.getLocalPort(), client.getInetAddress(), client.getPort());
  }

  /** Sends bytes one way, and fails unless they all arrive. */
  static void carry(Socket from, Socket to, int bytes) throws Exception {
    byte[] sent = new byte[bytes];
    sent[bytes - 1] = 42;
    var writer = Thread.ofVirtual().start(() -> write(from, sent));
    assertArrayEquals(sent, to.getInputStream().readNBytes(bytes));
    writer.join();
  }

  private static void write(Socket to, byte[] bytes) {
    try {
      to.getOutputStream().write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a byte sent one way arrives within the time given. */
  static boolean arrives(Socket from, Socket to, int millis) throws IOException {
    to.setSoTimeout(millis);
    from.getOutputStream().write(1);
    try {
      return to.getInputStream().read() == 1;
    } catch (SocketTimeoutException e) {
      return false;
    } finally {
      to.setSoTimeout(TIMEOUT_MILLIS);
    }
  }

  @Override
  public void close() throws IOException {
    client.setSoLinger(true, 0); // a reset: nothing lingers for the next test
    client.close();
    server.close();
  }
}
