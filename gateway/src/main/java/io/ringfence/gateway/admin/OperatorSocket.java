package io.ringfence.gateway.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.ringfence.gateway.request.HttpAnswer;
import io.ringfence.gateway.request.HttpCall;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;

/**
 * The operator's door on the machine itself: a Unix socket, at which the kernel says who stands. A
 * connection is one question, a line of JSON, and its answer, another.
 */
public final class OperatorSocket implements AutoCloseable {
  /** Questions that are answered at one time; more wait in the kernel. */
  static final int CONNECTIONS_MAX = 8;

  static final int QUESTION_BYTES_MAX = 64 << 10;

  /** A client that says nothing for so long is let go. */
  private static final long QUESTION_MILLIS = 5_000;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path path;
  private final ServerSocketChannel server;
  private final OperatorRoutes routes;
  private final String user;
  private final Semaphore places = new Semaphore(CONNECTIONS_MAX);

  private OperatorSocket(Path path, ServerSocketChannel server, OperatorRoutes routes)
      throws IOException {
    this.path = path;
    this.server = server;
    this.routes = routes;
    this.user = Files.getOwner(path).getName();
  }

  /**
   * Listens; a socket that a killed gateway left is taken over.
   *
   * @throws IOException when something else is there, or another gateway listens
   */
  public static OperatorSocket open(Path path, OperatorRoutes routes) throws IOException {
    takeOver(path);
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(path));
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
      OperatorSocket socket = new OperatorSocket(path, server, routes);
      Thread.ofPlatform().daemon().name("operator").start(socket::accept);
      return socket;
    } catch (IOException e) {
      server.close();
      throw new IOException("cannot listen at the socket `" + path + "`: " + e.getMessage(), e);
    }
  }

  private static void takeOver(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    if (Files.isRegularFile(path) || Files.isDirectory(path)) {
      throw new IOException("`" + path + "` is no socket; it stays where it is");
    }
    try (SocketChannel other = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      throw new IOException(
          "another gateway listens at the socket `" + other.getRemoteAddress() + "`");
    } catch (java.net.ConnectException e) {
      Files.delete(path); // nobody listens any more
    }
  }

  private void accept() {
    while (server.isOpen()) {
      try {
        places.acquire();
        SocketChannel client = server.accept();
        Thread.startVirtualThread(() -> serve(client));
      } catch (IOException e) {
        places.release();
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void serve(SocketChannel client) {
    // Blocking channels have no time-outs of their own.
    Thread watch = Thread.startVirtualThread(() -> closeLater(client));
    try (client) {
      UnixDomainPrincipal peer = client.getOption(ExtendedSocketOptions.SO_PEERCRED);
      String name = peer.user().getName();
      byte[] question = question(client);
      watch.interrupt();
      HttpAnswer answer =
          name.equals("root") || name.equals(user)
              ? answer(name, question)
              : new HttpAnswer(
                  403,
                  Optional.of("application/json"),
                  "{\"error\":\"the operator's door is for root and the gateway's own user\"}"
                      .getBytes(StandardCharsets.UTF_8));
      Channels.newOutputStream(client).write(line(answer));
    } catch (IOException e) {
      // Whoever asked is gone.
    } finally {
      watch.interrupt();
      places.release();
    }
  }

  private static void closeLater(SocketChannel client) {
    try {
      Thread.sleep(QUESTION_MILLIS);
      client.close();
    } catch (InterruptedException | IOException e) {
      // It asked in time.
    }
  }

  private static byte[] question(SocketChannel client) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(QUESTION_BYTES_MAX + 1);
    while (buffer.hasRemaining() && client.read(buffer) >= 0) {
      if (buffer.position() > 0 && buffer.get(buffer.position() - 1) == '\n') {
        return Arrays.copyOf(buffer.array(), buffer.position());
      }
    }
    throw new IOException("no question");
  }

  private HttpAnswer answer(String name, byte[] question) throws IOException {
    JsonNode asked = JSON.readTree(question);
    HttpCall call =
        new HttpCall(
            asked.path("method").asText(),
            List.of(asked.path("path").asText()),
            Map.of(),
            Optional.empty(),
            asked.path("body").asText().getBytes(StandardCharsets.UTF_8));
    return routes.answer(Operator.local(name), call);
  }

  private static byte[] line(HttpAnswer answer) {
    String line =
        JsonNodeFactory.instance
            .objectNode()
            .put("status", answer.status())
            .put("body", new String(answer.body(), StandardCharsets.UTF_8))
            .toString();
    return (line + "\n").getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    server.close();
    Files.deleteIfExists(path);
  }
}
