package io.ringfence.conformance.gateway;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ringfence.lab.engine.EngineInstall;
import io.ringfence.lab.engine.RealEngine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** PostgreSQL with pgvector on loopback, from the wheel that the lab fetches. */
public final class RealPostgresql implements AutoCloseable {
  private static final Duration START_MAX = Duration.ofSeconds(30);
  private static final String SUPERUSER = "postgres";
  private static final String PASSWORD = "of the superuser";

  private final Path folder;
  private final Process process;
  private final InetSocketAddress socket;

  private RealPostgresql(Path folder, Process process, InetSocketAddress socket) {
    this.folder = folder;
    this.process = process;
    this.socket = socket;
  }

  /** Starts it with an empty database; the test that asks is skipped where it cannot be had. */
  public static RealPostgresql start(String database) throws IOException, InterruptedException {
    return start(installed(), "pgserver/pginstall/bin", database, List.of());
  }

  /**
   * Starts an installed one that speaks TLS.
   *
   * @param keys has {@code server.pem} and {@code server.key}
   */
  static RealPostgresql startTls(Path installed, String database, Path keys)
      throws IOException, InterruptedException {
    return start(installed, "bin", database, List.of(keys));
  }

  private static RealPostgresql start(
      Path installed, String programs, String database, List<Path> keys)
      throws IOException, InterruptedException {
    Path folder =
        Files.createTempDirectory(
            "rf-pg",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    // It refuses to run as root, and what is in root's cache is not another user's to read.
    boolean copied = programs.startsWith("pgserver");
    Path software = copied ? folder.resolve("software") : installed;
    if (copied) {
      run(List.of("cp", "-r", installed.toString(), software.toString()));
    }
    List<String> settings = new ArrayList<>();
    for (Path key : keys) {
      run(List.of("cp", "-r", key.toString(), folder.resolve("keys").toString()));
      run(List.of("chmod", "600", folder.resolve("keys/server.key").toString()));
      settings.addAll(List.of("-c", "ssl=on"));
      settings.addAll(List.of("-c", "ssl_cert_file=" + folder.resolve("keys/server.pem")));
      settings.addAll(List.of("-c", "ssl_key_file=" + folder.resolve("keys/server.key")));
    }
    Files.writeString(folder.resolve("password"), PASSWORD);
    if (root()) {
      run(List.of("chown", "-R", "65534", folder.toString()));
    }
    InetSocketAddress socket = new InetSocketAddress(InetAddress.getLoopbackAddress(), freePort());
    Path bin = software.resolve(programs);
    Path data = folder.resolve("data");
    run(
        unprivileged(
            bin.resolve("initdb").toString(),
            "--pgdata=" + data,
            "--username=" + SUPERUSER,
            "--pwfile=" + folder.resolve("password"),
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync"));
    List<String> server =
        unprivileged(
            bin.resolve("postgres").toString(),
            "-D",
            data.toString(),
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "port=" + socket.getPort(),
            "-c",
            "unix_socket_directories=",
            "-c",
            "fsync=off",
            "-c",
            "shared_buffers=32MB");
    server.addAll(settings);
    Process process =
        new ProcessBuilder(server)
            .redirectErrorStream(true)
            .redirectOutput(Files.createTempFile("rf-pg", ".log").toFile())
            .start();
    RealPostgresql out = new RealPostgresql(folder, process, socket);
    out.await();
    out.execute("postgres", "create database " + database);
    return out;
  }

  private static Path installed() {
    try {
      return EngineInstall.inUserCache()
          .provide(RealEngine.available().get("postgresql"), System.out::println);
    } catch (IOException e) {
      assumeTrue(false, "PostgreSQL cannot be had here: " + e.getMessage());
      throw new IllegalStateException(e);
    }
  }

  private static boolean root() {
    return System.getProperty("user.name").equals("root");
  }

  private static List<String> unprivileged(String... command) {
    List<String> out = new ArrayList<>();
    if (root()) {
      out.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
    }
    out.addAll(List.of(command));
    return out;
  }

  private static void run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + said);
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
      try (Connection c = superuser("postgres")) {
        return;
      } catch (SQLException e) {
        Thread.sleep(50);
      }
    }
    close();
    throw new IllegalStateException("PostgreSQL does not answer");
  }

  /** A connection past the gateway. */
  public Connection superuser(String database) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/%s?sslmode=disable".formatted(socket.getPort(), database),
        SUPERUSER,
        PASSWORD);
  }

  /** Runs statements as the superuser. */
  public void execute(String database, String... statements) {
    try (Connection c = superuser(database);
        Statement s = c.createStatement()) {
      for (String sql : statements) {
        s.execute(sql);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  public InetSocketAddress socket() {
    return socket;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      run(List.of("rm", "-rf", folder.toString()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
