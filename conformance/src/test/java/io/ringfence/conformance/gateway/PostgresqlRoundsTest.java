package io.ringfence.conformance.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.gateway.serve.GatewayServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway looks at a real PostgreSQL's settings before it serves anybody there. */
@Tag("slow")
class PostgresqlRoundsTest {
  @TempDir private static Path folder;

  private static RealPostgresql database;

  @BeforeAll
  static void start() throws Exception {
    database = RealPostgresql.start(PostgresqlSite.DATABASE);
    PostgresqlSite.seed(database);
  }

  @AfterAll
  static void end() {
    if (database != null) {
      database.close();
    }
  }

  private static void sql(String... statements) {
    database.execute(PostgresqlSite.DATABASE, statements);
  }

  private static SQLException refused(PostgresqlSite site, String who) {
    return assertThrows(SQLException.class, () -> site.as(who).close());
  }

  private static void eventually(BooleanSupplier holds) throws InterruptedException {
    for (int i = 0; i < 400 && !holds.getAsBoolean(); i++) {
      Thread.sleep(50);
    }
    assertTrue(holds.getAsBoolean());
  }

  private static boolean noted(PostgresqlSite site, String words) {
    return site.site().notes.stream().anyMatch(n -> n.contains(words));
  }

  @Test
  void nobodyIsServedWhileSomethingIsOpen() throws Exception {
    sql("alter role globex bypassrls");
    try (PostgresqlSite site = new PostgresqlSite(folder.resolve("open"), database)) {
      GatewayServer gateway = site.gateway();
      assertFalse(gateway.status().ready());
      SQLException refused = refused(site, "acme");
      assertEquals("57P03", refused.getSQLState());
      assertFalse(refused.getMessage().contains("globex"), refused.getMessage());
      assertTrue(
          noted(site, "role `globex` has BYPASSRLS; repair: ALTER ROLE \"globex\" NOBYPASSRLS;"));
      assertTrue(gateway.metrics().text().contains("ringfence_gateway_doctor_findings 1"));
      assertTrue(gateway.metrics().text().contains("ringfence_gateway_databases_not_served 1"));
    } finally {
      sql("alter role globex nobypassrls");
    }
  }

  /** What opens while it serves ends what runs, and what closes lets in again. */
  @Test
  void itLooksAgain() throws Exception {
    try (PostgresqlSite site = new PostgresqlSite(folder.resolve("again"), database);
        Connection running = site.as("acme");
        Statement statement = running.createStatement()) {
      assertTrue(site.gateway().status().ready());
      statement.execute("select 1");
      sql(
          "grant select on shared_docs to acme",
          "alter table shared_docs no force row level security");
      site.gateway().lookAtDatabases();
      assertFalse(site.gateway().status().ready());
      assertThrows(SQLException.class, () -> statement.execute("select 1"));
      assertEquals("57P03", refused(site, "globex").getSQLState());
      sql(
          "revoke select on shared_docs from acme",
          "alter table shared_docs force row level security");
      site.gateway().lookAtDatabases();
      assertTrue(site.gateway().status().ready());
      site.as("globex").close();
    }
  }

  @Test
  void whatTenantsMadeDoesNotAnswerTheDoctor() throws Exception {
    sql(
        "create function public.has_schema_privilege(oid, oid, text) returns boolean language sql"
            + " as 'select false'",
        "create table public.pg_roles (oid oid, rolname name)",
        "alter role globex bypassrls",
        "alter role acme set search_path = public, pg_catalog");
    try (PostgresqlSite site = new PostgresqlSite(folder.resolve("shadow"), database)) {
      assertFalse(site.gateway().status().ready());
      assertTrue(noted(site, "role `globex` has BYPASSRLS"), site.site().notes::toString);
    } finally {
      sql(
          "alter role acme reset search_path",
          "drop table public.pg_roles",
          "drop function public.has_schema_privilege(oid, oid, text)",
          "alter role globex nobypassrls");
    }
  }

  /** Another tenant has a role of its own, which is looked at before the tenant is served. */
  @Test
  void itLooksForWhomAReloadBrings() throws Exception {
    sql("create role hooli login superuser");
    try (PostgresqlSite site = new PostgresqlSite(folder.resolve("reload"), database)) {
      assertTrue(site.gateway().status().ready());
      Path file = site.site().folder().resolve("site.yaml");
      String text = Files.readString(file);
      String hooli =
          "tenants:\n  hooli: { members: [spiffe://acme.example/hooli], separation: names,"
              + " prefix: hooli_ }\n";
      Files.writeString(file, text.replace("tenants:\n", hooli));
      assertTrue(site.gateway().reload(), site.gateway().status()::toString);
      assertEquals(2, site.gateway().status().generation().number());
      assertFalse(site.gateway().status().ready());
      assertEquals("57P03", refused(site, "acme").getSQLState());
      sql("alter role hooli nosuperuser");
      site.gateway().lookAtDatabases();
      site.as("acme").close();
    } finally {
      sql("drop role hooli");
    }
  }

  /** The rest of the gateway serves, and it is tried again until it answers. */
  @Test
  void aDatabaseThatIsAwayServesNobodyUntilItIsLookedAt() throws Exception {
    InetSocketAddress real = database.socket();
    try (Detour detour = new Detour(real);
        PostgresqlSite site =
            new PostgresqlSite(folder.resolve("away"), Map.of("database", detour.socket()))) {
      assertFalse(site.gateway().status().ready());
      assertTrue(noted(site, "`database/sql` serves nobody until its settings are looked at"));
      assertEquals("57P03", refused(site, "acme").getSQLState());
      detour.open();
      eventually(() -> site.gateway().status().ready());
      site.as("acme").close();
      detour.shut();
      site.gateway().lookAtDatabases();
      assertTrue(
          site.gateway().status().ready(), "it was well, and its requests fail on their own");
      assertTrue(noted(site, "cannot be looked at again"));
    }
  }

  /** A way to a database that can be shut. */
  private static final class Detour implements AutoCloseable {
    private final InetSocketAddress to;
    private final java.net.ServerSocket server;
    private volatile boolean open;

    Detour(InetSocketAddress to) throws IOException {
      this.to = to;
      this.server = new java.net.ServerSocket(0, 50, java.net.InetAddress.getLoopbackAddress());
      Thread.ofVirtual().start(this::take);
    }

    InetSocketAddress socket() {
      return (InetSocketAddress) server.getLocalSocketAddress();
    }

    void open() {
      open = true;
    }

    void shut() {
      open = false;
    }

    private void take() {
      while (!server.isClosed()) {
        try {
          java.net.Socket in = server.accept();
          if (!open) {
            in.close();
            continue;
          }
          java.net.Socket out = new java.net.Socket(to.getAddress(), to.getPort());
          Thread.ofVirtual().start(() -> pass(in, out));
          Thread.ofVirtual().start(() -> pass(out, in));
        } catch (IOException e) {
          // Closed, or a client that left.
        }
      }
    }

    private static void pass(java.net.Socket from, java.net.Socket to) {
      try (from;
          to) {
        from.getInputStream().transferTo(to.getOutputStream());
      } catch (IOException e) {
        // One of them left.
      }
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }
}
