package io.ringfence.conformance.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.conformance.gateway.FaultyRelay.Break;
import io.ringfence.conformance.gateway.FaultyRelay.Fault;
import io.ringfence.gateway.audit.AuditRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real PostgreSQL whose answers stall or break off, and a gateway before it that is killed. */
@Tag("slow")
class PostgresqlFaultsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static RealPostgresql database;

  @TempDir private Path folder;

  @BeforeAll
  static void start() throws Exception {
    database = RealPostgresql.start(PostgresqlSite.DATABASE);
    PostgresqlSite.seed(database);
    database.execute(
        PostgresqlSite.DATABASE,
        "create table acme_log (id serial primary key, body text)",
        "grant select, insert on acme_log to acme",
        "grant usage on sequence acme_log_id_seq to acme");
  }

  @AfterAll
  static void end() {
    if (database != null) {
      database.close();
    }
  }

  private static int rows(Connection c) throws SQLException {
    try (Statement s = c.createStatement();
        ResultSet rows = s.executeQuery("select body from shared_docs order by id")) {
      int count = 0;
      while (rows.next()) {
        count++;
      }
      return count;
    }
  }

  private static void eventually(BooleanSupplier holds) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!holds.getAsBoolean() && System.nanoTime() < end) {
      Thread.sleep(50);
    }
    assertTrue(holds.getAsBoolean());
  }

  /** Answers that break off at once, and later: an error each, and the next session is served. */
  @Test
  void answersThatBreakOffEndTheSession() throws Exception {
    try (FaultyRelay relay = new FaultyRelay(database.socket())) {
      try (PostgresqlSite site = new PostgresqlSite(folder, relay.socket())) {
        for (Fault fault : List.of(Fault.RESET, Fault.HALF_CLOSE)) {
          for (int after : new int[] {0, 40}) {
            try (Connection c = site.as("globex")) {
              assertEquals(20, rows(c));
              relay.put(new Break(fault, after));
              SQLException e = assertThrows(SQLException.class, () -> rows(c));
              assertFalse(e.getMessage().contains("own"), "no row in an error");
              assertThrows(SQLException.class, () -> rows(c), "the session is over");
            }
            relay.put(FaultyRelay.WHOLE);
          }
        }
        try (Connection c = site.as("globex")) {
          assertEquals(20, rows(c));
        }
      }
      Recorded log = Recorded.in(folder.resolve("audit"));
      assertEquals(0, log.unfinished());
    }
  }

  /** A database that says nothing more ends the sessions that wait for it, and no others. */
  @Test
  void silenceEndsTheSession() throws Exception {
    try (FaultyRelay relay = new FaultyRelay(database.socket());
        PostgresqlSite site = new PostgresqlSite(folder, relay.socket());
        Connection idle = site.as("globex");
        Connection one = site.as("globex");
        Connection other = site.as("globex")) {
      ConcurrentLinkedQueue<String> ends = new ConcurrentLinkedQueue<>();
      List<Thread> waiting = new ArrayList<>();
      for (Map.Entry<Connection, Integer> at : List.of(Map.entry(one, 0), Map.entry(other, 40))) {
        assertEquals(20, rows(at.getKey()));
        relay.put(new Break(Fault.STALL, at.getValue()));
        waiting.add(
            Thread.ofVirtual()
                .start(
                    () ->
                        ends.add(
                            assertThrows(SQLException.class, () -> rows(at.getKey()))
                                .getSQLState())));
        Thread.sleep(500);
        relay.put(FaultyRelay.WHOLE);
      }
      for (Thread each : waiting) {
        assertTrue(each.join(PATIENCE));
      }
      assertEquals(2, ends.size());
      // Half of a row was there already for one: to its driver the connection broke.
      assertTrue(ends.contains("57P01"), ends.toString());
      assertEquals(20, rows(idle), "who waits for nothing stays");
    }
    Recorded log = Recorded.in(folder.resolve("audit"));
    assertEquals(0, log.unfinished());
    assertEquals(
        5,
        log.decisions().stream()
            .filter(d -> d.touches().toString().contains("shared_docs"))
            .count());
  }

  /** An open session stays and is asked over on; whoever comes sees the new certificate. */
  @Test
  void rotationsUnderLoadDropNoSession() throws Exception {
    ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    AtomicInteger answered = new AtomicInteger();
    AtomicBoolean over = new AtomicBoolean();
    try (PostgresqlSite site = new PostgresqlSite(folder, database);
        Connection open = site.as("globex")) {
      Thread client =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      while (!over.get() && rows(open) == 20) {
                        answered.incrementAndGet();
                      }
                    } catch (SQLException e) {
                      failures.add(e.toString());
                    }
                  });
      BigInteger before = serial(site);
      for (int rotation = 1; rotation <= 3; rotation++) {
        int goal = answered.get() + 10;
        site.site().newServerCertificate();
        BigInteger old = before;
        eventually(() -> !serial(site).equals(old) && answered.get() >= goal);
        before = serial(site);
        try (Connection other = site.as("globex")) {
          assertEquals(20, rows(other));
        }
      }
      over.set(true);
      assertTrue(client.join(PATIENCE));
      assertEquals(List.of(), List.copyOf(failures));
      assertEquals(20, rows(open), "the session of the beginning");
    }
    assertEquals(0, Recorded.in(folder.resolve("audit")).unfinished());
  }

  /** Of the gateway's certificate, as one sees it who begins TLS at once. */
  private static BigInteger serial(PostgresqlSite site) {
    try (SSLSocket socket =
        (SSLSocket)
            site.site().anonymous().getSocketFactory().createSocket("127.0.0.1", site.port())) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"postgresql"});
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Killed at once, it leaves no answer, and no row written, that its log does not tell. */
  @Test
  void killedUnderLoadItLeavesNoStatementUnrecorded() throws Exception {
    try (PostgresqlSite keys = new PostgresqlSite(folder, database)) {
      assertNotNull(keys.key("acme"));
      keys.close();
      String[] arguments = {
        "--blueprint",
        folder.resolve("site.yaml").toString(),
        "--listen",
        "sql=127.0.0.1:0",
        "--upstream",
        "database=127.0.0.1:" + database.socket().getPort()
      };
      Path stderr = folder.resolve("gateway.log");
      AtomicInteger answered = new AtomicInteger();
      try (GatewayProcess killed = GatewayProcess.start(stderr, arguments)) {
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          clients.add(Thread.ofVirtual().start(() -> insert(keys, killed.port(), answered)));
        }
        eventually(() -> answered.get() >= 60);
        killed.kill();
        for (Thread client : clients) {
          assertTrue(client.join(PATIENCE));
        }
      }
      try (GatewayProcess next = GatewayProcess.start(stderr, arguments)) {
        assertEquals(143, next.end(), "it goes on with the log that the other left");
      }
      Recorded log = Recorded.in(folder.resolve("audit"));
      int inserts =
          (int)
              log.of(AuditRecord.Decided.class).stream()
                  .filter(AuditRecord.Decided::permitted)
                  .filter(d -> d.touches().toString().contains("acme_log"))
                  .count();
      assertTrue(inserts >= answered.get(), inserts + " recorded, " + answered + " answered");
      assertTrue(inserts >= written(), inserts + " recorded, " + written() + " written");
      assertTrue(log.unfinished() <= 4, "only what was under way has no end");
    }
  }

  private static void insert(PostgresqlSite keys, int port, AtomicInteger answered) {
    try (Connection c = keys.connect("acme", port);
        Statement s = c.createStatement()) {
      while (s.executeUpdate("insert into log (body) values ('x')") == 1) {
        answered.incrementAndGet();
      }
    } catch (SQLException e) {
      // It was killed.
    }
  }

  private static int written() throws SQLException {
    try (Connection c = database.superuser(PostgresqlSite.DATABASE);
        Statement s = c.createStatement();
        ResultSet rows = s.executeQuery("select count(*) from acme_log")) {
      rows.next();
      return rows.getInt(1);
    }
  }
}
