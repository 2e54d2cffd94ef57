package io.ringfence.conformance.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The way to a database, on which answers get lost: it passes bytes, until a fault is put in it.
 */
final class FaultyRelay implements AutoCloseable {
  /** What becomes of a database's answers. */
  enum Fault {
    NONE,
    STALL,
    RESET,
    HALF_CLOSE
  }

  /**
   * A fault at a place.
   *
   * @param after so many bytes of whatever the database says next
   */
  record Break(Fault fault, int after) {}

  static final Break WHOLE = new Break(Fault.NONE, 0);

  private static final int CHUNK = 64 << 10;

  private final ServerSocket server;
  private volatile InetSocketAddress database;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile Break now = WHOLE;

  FaultyRelay(InetSocketAddress database) throws IOException {
    this.database = database;
    server = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  InetSocketAddress socket() {
    return new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
  }

  /** Leads whoever connects from now on to another database. */
  void leadTo(InetSocketAddress other) {
    database = other;
  }

  /** What becomes of answers from now on, on open connections too. */
  void put(Break next) {
    now = next;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        connect(server.accept());
      } catch (IOException e) {
        // The test is over.
      }
    }
  }

  private void connect(Socket client) {
    open.add(client);
    try {
      Socket behind = new Socket(database.getAddress(), database.getPort());
      open.add(behind);
      client.setTcpNoDelay(true);
      behind.setTcpNoDelay(true);
      Thread.ofVirtual().start(() -> questions(client, behind));
      Thread.ofVirtual().start(() -> answers(behind, client));
    } catch (IOException e) {
      end(client); // the database is not there; whoever connects is told so
    }
  }

  private void questions(Socket client, Socket behind) {
    try {
      client.getInputStream().transferTo(behind.getOutputStream());
      behind.shutdownOutput();
    } catch (IOException e) {
      end(client, behind);
    }
  }

  private void answers(Socket behind, Socket client) {
    try {
      InputStream in = behind.getInputStream();
      byte[] chunk = new byte[CHUNK];
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        Break here = now;
        int whole = here.fault() == Fault.NONE ? read : Math.min(read, here.after());
        client.getOutputStream().write(chunk, 0, whole);
        if (here.fault() != Fault.NONE) {
          fail(here, client);
          return;
        }
      }
      client.shutdownOutput();
    } catch (IOException e) {
      end(client, behind);
    }
  }

  private static void fail(Break here, Socket client) throws IOException {
    switch (here.fault()) {
      case STALL, NONE -> {} // the connection stays, and nothing comes
      case RESET -> {
        client.setSoLinger(true, 0);
        client.close();
      }
      case HALF_CLOSE -> client.shutdownOutput();
    }
  }

  private static void end(Socket... sockets) {
    for (Socket socket : sockets) {
      try {
        socket.close();
      } catch (IOException e) {
        // It is closed.
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    end(open.toArray(Socket[]::new));
  }
}
