package io.ringfence.gateway.wire;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A database that says, byte for byte, what a test tells it to. */
final class TestingDatabaseSocket implements AutoCloseable {
  private final ServerSocket server;
  private final LinkedBlockingQueue<String> answers = new LinkedBlockingQueue<>();
  private final List<Socket> open = new ArrayList<>();

  /** The questions, with their heads and bodies. */
  final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();

  /** How many connections there were. */
  final ConcurrentLinkedQueue<Socket> connections = new ConcurrentLinkedQueue<>();

  /** Closes a connection instead of answering. */
  static final String CLOSE = "close";

  TestingDatabaseSocket() throws IOException {
    this(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
  }

  TestingDatabaseSocket(ServerSocket server) {
    this.server = server;
    Thread.ofVirtual().start(this::accept);
  }

  InetSocketAddress socket() {
    return (InetSocketAddress) server.getLocalSocketAddress();
  }

  /** What it says to the next questions, in turn. */
  void says(String... texts) {
    answers.addAll(List.of(texts));
  }

  static String ok(String body) {
    return "HTTP/1.1 200 OK\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        connections.add(socket);
        synchronized (open) {
          open.add(socket);
        }
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      while (true) {
        String question = read(socket.getInputStream());
        if (question.isEmpty()) {
          return;
        }
        asked.add(question);
        String answer = answers.take();
        if (answer.equals(CLOSE)) {
          return;
        }
        socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
      }
    } catch (IOException | InterruptedException e) {
      // the test is over
    }
  }

  private static String read(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int b = in.read();
      if (b < 0) {
        return "";
      }
      head.append((char) b);
    }
    int at = head.indexOf("content-length: ");
    if (at < 0) {
      return head.toString();
    }
    int length = Integer.parseInt(head.substring(at + 16, head.indexOf("\r\n", at)));
    return head + new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    server.close();
    synchronized (open) {
      for (Socket socket : open) {
        socket.close();
      }
    }
  }
}
