package io.ringfence.conformance.gateway;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ringfence.lab.engine.EngineInstall;
import io.ringfence.lab.engine.RealEngine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Chroma's own server on loopback, from the wheel that the lab fetches. */
public final class RealChroma implements AutoCloseable {
  private static final String MAIN =
      "import sys; sys.path.insert(0, sys.argv[1]); from chromadb_rust_bindings import cli;"
          + " cli(['chroma', *sys.argv[2:]])";
  private static final Duration START_MAX = Duration.ofSeconds(30);

  private final Process process;
  private final InetSocketAddress socket;

  private RealChroma(Process process, InetSocketAddress socket) {
    this.process = process;
    this.socket = socket;
  }

  /** Starts it; the test that asks is skipped where it cannot be had. */
  public static RealChroma start(Path data) throws IOException, InterruptedException {
    InetSocketAddress socket = new InetSocketAddress(InetAddress.getLoopbackAddress(), freePort());
    List<String> command =
        List.of(
            "python3",
            "-I",
            "-B",
            "-c",
            MAIN,
            installed().toString(),
            "run",
            "--path",
            data.toString(),
            "--host",
            "127.0.0.1",
            "--port",
            Integer.toString(socket.getPort()));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(data.resolveSibling("chroma.log").toFile())
            .start();
    RealChroma out = new RealChroma(process, socket);
    out.await();
    return out;
  }

  private static Path installed() {
    try {
      return EngineInstall.inUserCache()
          .provide(RealEngine.available().get("chroma"), System.out::println);
    } catch (IOException e) {
      assumeTrue(false, "Chroma cannot be had here: " + e.getMessage());
      throw new IllegalStateException(e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return any.getLocalPort();
    }
  }

  private void await() throws InterruptedException {
    long end = System.nanoTime() + START_MAX.toNanos();
    while (System.nanoTime() < end && process.isAlive()) {
      try (Socket s = new Socket()) {
        s.connect(socket, 200);
        return;
      } catch (IOException e) {
        Thread.sleep(50);
      }
    }
    close();
    throw new IllegalStateException("Chroma does not answer");
  }

  public InetSocketAddress socket() {
    return socket;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
