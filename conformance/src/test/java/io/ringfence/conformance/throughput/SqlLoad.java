package io.ringfence.conformance.throughput;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * JDBC clients, each with a connection of its own, that ask for the ten nearest rows again and
 * again.
 */
final class SqlLoad implements AutoCloseable {
  private static final int POINTS = 10;
  private static final Duration READY_MAX = Duration.ofSeconds(20);

  private final List<Connection> connections = new ArrayList<>();
  private final List<PreparedStatement> statements = new ArrayList<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  SqlLoad(PooledDatabase database, int port, String password, PooledDatabase.Way way, int count)
      throws SQLException {
    for (int i = 0; i < count; i++) {
      Connection connection = connect(database, port, password, way);
      connections.add(connection);
      statements.add(
          connection.prepareStatement(
              "select id, body from " + table(password) + " where id >= ? order by id limit 10"));
    }
  }

  /** The gateway serves nobody before it has looked at the database's own settings. */
  private static Connection connect(
      PooledDatabase database, int port, String password, PooledDatabase.Way way)
      throws SQLException {
    long end = System.nanoTime() + READY_MAX.toNanos();
    while (true) {
      try {
        return database.connect(port, password, way);
      } catch (SQLException e) {
        if (System.nanoTime() > end) {
          throw e;
        }
      }
    }
  }

  /** Through the gateway a tenant's table has the tenant's name for it. */
  private static String table(String password) {
    return password.equals(PooledDatabase.PASSWORD) ? "acme_docs" : "docs";
  }

  /** How many queries were answered. */
  long run(Duration length) throws IOException, InterruptedException {
    long end = System.nanoTime() + length.toNanos();
    List<Callable<Long>> clients = new ArrayList<>();
    for (PreparedStatement statement : statements) {
      clients.add(() -> ask(statement, end));
    }
    long answered = 0;
    for (Future<Long> client : threads.invokeAll(clients)) {
      try {
        answered += client.get();
      } catch (ExecutionException e) {
        throw new IOException(e.getCause());
      }
    }
    return answered;
  }

  private static long ask(PreparedStatement statement, long end) throws SQLException {
    Random random = new Random(1);
    long answered = 0;
    while (System.nanoTime() < end) {
      statement.setInt(1, 1 + random.nextInt(PooledDatabase.ROWS - POINTS));
      int rows = 0;
      try (ResultSet found = statement.executeQuery()) {
        while (found.next()) {
          rows++;
        }
      }
      if (rows != POINTS) {
        throw new SQLException(rows + " rows");
      }
      answered++;
    }
    return answered;
  }

  @Override
  public void close() throws SQLException {
    threads.shutdownNow();
    for (Connection connection : connections) {
      connection.close();
    }
  }
}
