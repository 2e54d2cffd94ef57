package io.ringfence.conformance.gateway;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * Stands in for Qdrant's server: {@code standin.py} in a process of its own, over the local mode of
 * the official client. It ends with its standard input.
 */
public final class StandInQdrant implements AutoCloseable {
  /** As {@code scripts/test-clients} marks it. */
  private static final String CLIENT = "qdrant-client==1.20.0";

  private final Process process;
  private final InetSocketAddress rest;
  private final InetSocketAddress grpc;
  private int marks;

  /** What it was asked, one line for each request. */
  public final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();

  /**
   * Starts it, or skips the test where {@code scripts/test-clients} did not run.
   *
   * @param folder where its program is written
   */
  public StandInQdrant(Path folder) throws IOException {
    this(folder, "");
  }

  /** One that asks for a key over REST, where it is not empty. */
  StandInQdrant(Path folder, String apiKey) throws IOException {
    Path program = folder.resolve("standin.py");
    try (InputStream in = StandInQdrant.class.getResourceAsStream("/qdrant/standin.py")) {
      Files.copy(in, program);
    }
    process =
        new ProcessBuilder(python().toString(), program.toString(), "0", "0", apiKey)
            .redirectError(folder.resolve("standin.log").toFile())
            .start();
    BufferedReader out = process.inputReader();
    String line = out.readLine();
    if (line == null) {
      throw new IOException(Files.readString(folder.resolve("standin.log")));
    }
    String[] ports = line.split(" ");
    rest = socket(ports[0]);
    grpc = socket(ports[1]);
    Thread.ofVirtual().start(() -> note(out));
  }

  /** The Python with the official clients; without it the test is skipped. */
  public static Path python() {
    Path clients = Path.of("../.ringfence/clients/python").toAbsolutePath().normalize();
    assumeTrue(
        Files.exists(clients.resolve("." + CLIENT)),
        "Qdrant's client is not here: scripts/test-clients fetches it");
    return clients.resolve("bin/python");
  }

  private static InetSocketAddress socket(String port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port));
  }

  private void note(BufferedReader out) {
    try {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        asked.add(line);
      }
    } catch (IOException e) {
      if (process.isAlive()) {
        throw new UncheckedIOException(e);
      }
    }
  }

  public InetSocketAddress rest() {
    return rest;
  }

  public InetSocketAddress grpc() {
    return grpc;
  }

  /** What it was asked so far, and forgets it. */
  public List<String> takeAsked() throws IOException {
    String last = "GET /healthz?" + ++marks;
    try (Socket socket = new Socket(rest.getAddress(), rest.getPort())) {
      String request = last + " HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      socket.getInputStream().readAllBytes();
    }
    // Its lines come by another way than its answers, and later.
    List<String> out = new ArrayList<>();
    while (true) {
      String line = asked.poll();
      if (line == null) {
        LockSupport.parkNanos(200_000);
      } else if (line.equals(last)) {
        return out;
      } else {
        out.add(line);
      }
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
