package io.ringfence.targets.nftables;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Speaks TCP and UDP inside a namespace as it is told, one command a line, and answers each with
 * one line: {@code yes} or {@code no}.
 */
public final class TestingPeer {
  private static final int TIMEOUT_MILLIS = 700;

  private final Map<String, Socket> opened = new HashMap<>();
  private final Map<Integer, Socket> accepted = new ConcurrentHashMap<>();
  private int asked;

  private TestingPeer() {}

  public static void main(String[] arguments) throws IOException {
    TestingPeer peer = new TestingPeer();
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      System.out.println(peer.obey(line.split(" ")));
      System.out.flush();
    }
  }

  private String obey(String[] words) throws IOException {
    return switch (words[0]) {
      case "serve" -> serve(Integer.parseInt(words[1]));
      case "open" -> yes(() -> open(words));
      case "ask" -> yes(() -> ask(opened.get(words[1])));
      case "bulk" -> yes(() -> bulk(opened.get(words[1])));
      case "push" -> yes(() -> accepted.get(Integer.parseInt(words[1])).getOutputStream().write(0));
      case "hear" -> yes(() -> hear(opened.get(words[1]), 0));
      case "udp" -> udp(words[1], Integer.parseInt(words[2]));
      default -> throw new IllegalArgumentException(words[0]);
    };
  }

  private interface Attempt {
    void run() throws IOException;
  }

  private static String yes(Attempt attempt) {
    try {
      attempt.run();
      return "yes";
    } catch (IOException e) {
      return "no";
    }
  }

  /** Answers what it hears on a port, over TCP and UDP. */
  private String serve(int port) throws IOException {
    ServerSocket server = new ServerSocket(port);
    Thread.ofVirtual().start(() -> accept(server, port));
    DatagramSocket datagrams = new DatagramSocket(port);
    Thread.ofVirtual().start(() -> echo(datagrams));
    return "yes";
  }

  private void accept(ServerSocket server, int port) {
    while (true) {
      try {
        Socket socket = server.accept();
        socket.setTcpNoDelay(true);
        accepted.put(port, socket);
        Thread.ofVirtual().start(() -> echo(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private static void echo(Socket socket) {
    try {
      socket.getInputStream().transferTo(socket.getOutputStream());
    } catch (IOException e) {
      // The other side is gone, as a test may have it.
    }
  }

  private static void echo(DatagramSocket socket) {
    try {
      while (true) {
        DatagramPacket packet = new DatagramPacket(new byte[1], 1);
        socket.receive(packet);
        socket.send(packet);
      }
    } catch (IOException e) {
      // The socket is closed.
    }
  }

  /** {@code open NAME ADDRESS PORT [OWN-ADDRESS OWN-PORT]}. */
  private void open(String[] words) throws IOException {
    Socket socket = new Socket();
    socket.setTcpNoDelay(true);
    if (words.length > 4) {
      socket.bind(new InetSocketAddress(words[4], Integer.parseInt(words[5])));
    }
    opened.put(words[1], socket);
    socket.connect(new InetSocketAddress(words[2], Integer.parseInt(words[3])), TIMEOUT_MILLIS);
  }

  private void ask(Socket socket) throws IOException {
    // Late answers to what was asked before are no answer to this.
    asked = asked % 200 + 1;
    socket.getOutputStream().write(asked);
    hear(socket, asked);
  }

  /** Sends what fills several packets, and hears it back. */
  private static void bulk(Socket socket) throws IOException {
    socket.setSoTimeout(5 * TIMEOUT_MILLIS);
    byte[] many = new byte[20_000];
    socket.getOutputStream().write(many);
    if (socket.getInputStream().readNBytes(many.length).length != many.length) {
      throw new IOException("closed");
    }
  }

  private static void hear(Socket socket, int wanted) throws IOException {
    socket.setSoTimeout(TIMEOUT_MILLIS);
    for (int heard = socket.getInputStream().read(); ; heard = socket.getInputStream().read()) {
      if (heard == wanted) {
        return;
      } else if (heard < 0) {
        throw new IOException("closed");
      }
    }
  }

  private static String udp(String address, int port) throws IOException {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(address, port));
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.send(new DatagramPacket(new byte[] {1}, 1));
      socket.receive(new DatagramPacket(new byte[1], 1));
      return "yes";
    } catch (PortUnreachableException e) {
      return "unreachable";
    } catch (SocketTimeoutException e) {
      return "no";
    } catch (IOException e) {
      // An output hook that drops tells the sender so.
      return "no";
    }
  }
}
