package io.ringfence.conformance.throughput;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A contender's process, listening. */
final class Running implements AutoCloseable {
  private static final Duration READY_MAX = Duration.ofSeconds(60);
  private static final Duration END_MAX = Duration.ofSeconds(10);

  private final Process process;
  private final int port;
  private final Path log;

  private Running(Process process, int port, Path log) {
    this.process = process;
    this.port = port;
    this.log = log;
  }

  static Running start(Contender contender, Site site, Contender.Demand demand, int database)
      throws IOException, InterruptedException {
    int port = freePort();
    Path log = site.file(contender.name() + "-" + port + ".log");
    Process process =
        new ProcessBuilder(contender.command(site, demand, port, database))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    long end = System.nanoTime() + READY_MAX.toNanos();
    while (!listens(port)) {
      if (!process.isAlive() || System.nanoTime() > end) {
        process.destroyForcibly();
        throw new IOException(contender.name() + " does not listen: " + Files.readString(log));
      }
      Thread.sleep(20);
    }
    return new Running(process, port, log);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** What it said so far. */
  String log() throws IOException {
    return Files.readString(log);
  }

  ProcessHandle process() {
    return process.toHandle();
  }

  long pid() {
    return process.pid();
  }

  int port() {
    return port;
  }

  long cpuNanos() throws IOException {
    return ProcessTreeClock.nanos(process.toHandle());
  }

  long memoryBytes() throws IOException {
    return ProcessTreeClock.memory(process.toHandle());
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(END_MAX.toSeconds(), TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
    }
  }
}
