package io.ringfence.conformance.isolation;

import io.ringfence.conformance.gateway.RealPostgresql;
import io.ringfence.gateway.engine.postgresql.PostgresqlGuard;
import io.ringfence.gateway.exchange.AuditTrail;
import io.ringfence.gateway.exchange.Caller;
import io.ringfence.gateway.exchange.Decision;
import io.ringfence.gateway.limit.Bodies;
import io.ringfence.gateway.limit.Bounds;
import io.ringfence.gateway.request.Extent;
import io.ringfence.gateway.request.Operation;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.secret.Secrets;
import io.ringfence.gateway.session.LiveStreams;
import io.ringfence.gateway.session.SessionStore;
import io.ringfence.gateway.session.SessionTrail;
import io.ringfence.gateway.session.Sessions;
import io.ringfence.gateway.wire.Listener;
import io.ringfence.gateway.wire.SessionProtocol;
import io.ringfence.gateway.wire.postgresql.PostgresqlDoor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * PostgreSQL: three tenants under test, one kept apart by the names of its tables, one by rows of a
 * shared table and one by a schema, each with a twin; and another of each kind, whose data bears
 * canaries. Clients speak the protocol over TLS to the gateway's own listener.
 *
 * <p>The tenants' roles are superusers here, and no table has a policy: the gateway alone keeps
 * them apart, so that what it would let through is seen.
 */
final class PostgresqlSubject implements Subject {
  private static final String SHARED = "rag";

  /** Ends the name of a tenant's other member, who sends bytes that are not compared. */
  private static final String RAW = "-raw";

  private static final String PASSWORD = "of every role";

  private static final String BLUEPRINT =
      """
      ringfence: v1
      segments:
        app: { tier: application, networks: [10.30.1.0/24] }
        vectordb: { tier: database, networks: [10.30.2.0/24], isolation: micro }
      workloads:
        alpha: { segment: app, addresses: [10.30.1.10], identity: spiffe://acme.example/alpha }
        beta: { segment: app, addresses: [10.30.1.11], identity: spiffe://acme.example/beta }
        gamma: { segment: app, addresses: [10.30.1.12], identity: spiffe://acme.example/gamma }
        delta: { segment: app, addresses: [10.30.1.13], identity: spiffe://acme.example/delta }
        epsilon: { segment: app, addresses: [10.30.1.14], identity: spiffe://acme.example/epsilon }
        zeta: { segment: app, addresses: [10.30.1.15], identity: spiffe://acme.example/zeta }
        alpha-raw: { segment: app, addresses: [10.30.1.20], identity: spiffe://acme.example/alpha-raw }
        beta-raw: { segment: app, addresses: [10.30.1.21], identity: spiffe://acme.example/beta-raw }
        epsilon-raw: { segment: app, addresses: [10.30.1.22], identity: spiffe://acme.example/epsilon-raw }
        gateway: { segment: vectordb, addresses: [10.30.2.5], kind: gateway }
        database: { segment: vectordb, addresses: [10.30.2.11], engine: postgresql }
      tenants:
        alpha: { members: [spiffe://acme.example/alpha, spiffe://acme.example/alpha-raw], separation: names, prefix: alpha_, collections: ["alpha_*"] }
        beta: { members: [spiffe://acme.example/beta, spiffe://acme.example/beta-raw], separation: filter, rows: { collection: shared, key: tenant } }
        gamma: { members: [spiffe://acme.example/gamma], separation: names, prefix: gamma_, collections: ["gamma_*"] }
        delta: { members: [spiffe://acme.example/delta], separation: filter, rows: { collection: shared, key: tenant } }
        epsilon: { members: [spiffe://acme.example/epsilon, spiffe://acme.example/epsilon-raw], separation: native, collections: ["epsilon.*"] }
        zeta: { members: [spiffe://acme.example/zeta], separation: native, collections: ["zeta.*"] }
      roles:
        owner: { actions: [query, insert, update, delete, manage, index] }
      gateways:
        gateway:
          in-front-of: [database]
          identity: { mtls: required }
          tls: { certificate: { file: keys/gateway.pem }, key: { file: keys/gateway.key }, trust: { acme.example: { file: keys/ca.pem } } }
          upstream: { database: { credentials: { database: { file: keys/database }, password: { file: keys/password } } } }
      access:
        - { name: use, from: [alpha, beta, gamma, delta, epsilon, zeta, alpha-raw, beta-raw, epsilon-raw], to: database/sql, through: gateway, role: owner }
      """;

  /** Of every gateway's own data and of others'; {@code alpha_} is what a client is not told. */
  private static final List<String> CANARIES =
      List.of("c4n4ry", "gamma_", "delta", "zeta", "\"alpha_", "alpha_docs", "alpha_notes");

  private static final String COLUMNS =
      "id int, n int, colour text, body text, embedding vector(3)";

  private final Database database;
  private final LiveStreams streams;
  private final Sessions sessions;
  private final TestingGateway gateway;
  private final int port;
  private final List<Tenant> tenants;
  private final AtomicInteger refused = new AtomicInteger();

  /** What is taken away to show that it is seen missing. */
  record Without(Optional<PostgresqlGuard> guard, boolean gatekeeper) {
    static final Without NOTHING = new Without(Optional.empty(), false);

    /** Each guard alone. */
    static List<Without> each() {
      List<Without> out = new ArrayList<>();
      for (PostgresqlGuard guard : PostgresqlGuard.values()) {
        out.add(new Without(Optional.of(guard), false));
      }
      out.add(new Without(Optional.empty(), true));
      return out;
    }

    @Override
    public String toString() {
      return gatekeeper ? "GATEKEEPER" : guard.map(Enum::name).orElse("nothing");
    }
  }

  /** Who asks, with a connection through the gateway and one to its twin. */
  private static final class Tenant {
    final String name;
    final PostgresqlRequests.Kept kept;
    PostgresqlPeer gateway;
    PostgresqlPeer twin;

    Tenant(String name, PostgresqlRequests.Kept kept) {
      this.name = name;
      this.kept = kept;
    }
  }

  // --- The databases ---

  /** One server with the shared database and the twins. */
  static final class Database implements AutoCloseable {
    private final RealPostgresql server;

    private Database(RealPostgresql server) {
      this.server = server;
    }

    static Database start() throws IOException, InterruptedException {
      Database out = new Database(RealPostgresql.start(SHARED));
      out.prepare();
      return out;
    }

    private void prepare() {
      for (String tenant : List.of("alpha", "beta", "epsilon")) {
        server.execute(
            "postgres",
            "create role " + tenant + " login superuser password '" + PASSWORD + "'",
            "create database twin_" + tenant);
        server.execute("twin_" + tenant, "create extension vector");
      }
      server.execute(SHARED, "create extension vector");
      trustTwins();
    }

    /** Twins are asked without a password. */
    private void trustTwins() {
      server.execute(
          "postgres",
          ("copy (values ('host twin_alpha,twin_beta,twin_epsilon all 127.0.0.1/32 trust'), ('host"
                  + " all all 127.0.0.1/32 scram-sha-256')) to '%s'")
              .formatted(ask("postgres", "show hba_file").strip()),
          "select pg_reload_conf()");
    }

    /** As at the start. */
    void seed() {
      server.execute(
          SHARED,
          "drop schema public cascade",
          "drop schema if exists epsilon, zeta cascade",
          "create schema public",
          "create schema epsilon",
          "create schema zeta",
          "drop extension if exists vector",
          "create extension vector");
      for (String name : List.of("docs", "notes")) {
        table("rag", "alpha_" + name, "");
        table("rag", "epsilon." + name, "");
        twin("alpha", "public");
        table("twin_alpha", name, "");
      }
      seedTwins();
      for (String table : List.of("gamma_secret", "gamma_docs", "zeta.docs", "zeta.secret")) {
        table(SHARED, table, "c4n4ry ");
      }
      server.execute(SHARED, "create table gamma_c4n4ry (id int)");
      shared(SHARED);
      rows(SHARED, "delta", "c4n4ry ", 7);
      rows(SHARED, "beta", "", 9);
    }

    private void seedTwins() {
      twin("alpha", "public");
      twin("epsilon", "epsilon");
      twin("beta", "public");
      for (String name : List.of("docs", "notes")) {
        table("twin_alpha", name, "");
        table("twin_epsilon", "epsilon." + name, "");
      }
      shared("twin_beta");
      rows("twin_beta", "beta", "", 9);
    }

    private void twin(String tenant, String schema) {
      server.execute(
          "twin_" + tenant,
          "drop schema public cascade",
          "create schema public",
          "drop schema if exists epsilon cascade",
          "drop extension if exists vector",
          "create extension vector",
          "create schema if not exists " + schema);
    }

    private void table(String in, String name, String canary) {
      server.execute(
          in,
          "create table %s (%s, primary key (id))".formatted(name, COLUMNS),
          ("insert into %s select i, i %% 5, '%sred', '%stext ' || i, '[0.5,0.25,1]' from"
                  + " generate_series(1, 6) i")
              .formatted(name, canary, canary));
    }

    private void shared(String in) {
      server.execute(
          in,
          "create table shared (tenant text not null%s, %s, primary key (tenant, id))"
              .formatted(in.equals(SHARED) ? "" : " default 'beta'", COLUMNS));
    }

    private void rows(String in, String tenant, String canary, int count) {
      server.execute(
          in,
          ("insert into shared select '%s', i, i, '%sred', '%stext ' || i, '[0.5,0.25,1]' from"
                  + " generate_series(1, %d) i")
              .formatted(tenant, canary, canary, count));
    }

    String ask(String in, String sql) {
      try (Connection c = server.superuser(in);
          Statement s = c.createStatement();
          ResultSet row = s.executeQuery(sql)) {
        StringBuilder out = new StringBuilder();
        while (row.next()) {
          out.append(row.getString(1)).append('\n');
        }
        return out.toString();
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() {
      server.close();
    }
  }

  // --- The gateway ---

  PostgresqlSubject(Database database, Path folder, Without without) throws IOException {
    this.database = database;
    database.seed();
    TestingReception reception =
        new TestingReception(BLUEPRINT, 5432, "postgresql", without.gatekeeper(), new Counting());
    gateway = new TestingGateway(folder, reception);
    Files.writeString(gateway.site().keys().resolve("database"), SHARED);
    Files.writeString(gateway.site().keys().resolve("password"), PASSWORD);
    sessions = new Sessions(SessionStore.inMemory(), SessionTrail.NONE, InstantSource.system());
    streams = new LiveStreams(sessions);
    port = listen(reception, without);
    tenants =
        List.of(
            new Tenant("alpha", PostgresqlRequests.Kept.NAMES),
            new Tenant("beta", PostgresqlRequests.Kept.ROWS),
            new Tenant("epsilon", PostgresqlRequests.Kept.SCHEMA));
    for (Tenant tenant : tenants) {
      connect(tenant);
    }
  }

  private int listen(TestingReception reception, Without without) throws IOException {
    Set<PostgresqlGuard> guards = EnumSet.copyOf(PostgresqlGuard.ALL);
    without.guard().ifPresent(guards::remove);
    return gateway.listen(
        new Listener.Speech.Own(
            new PostgresqlDoor(guards)
                .at(
                    new SessionProtocol.Place(
                        gateway.transport(),
                        () -> reception,
                        streams,
                        reception.gateway().upstream().get("database"),
                        database.server.socket(),
                        Secrets.in(gateway.site().folder()),
                        () -> Bounds.DEFAULT,
                        Bodies.ofThisHeap(Bounds.DEFAULT.bodyBytes()),
                        note -> {}))));
  }

  /** Counts what is refused. */
  private final class Counting implements AuditTrail {
    @Override
    public CompletionStage<Entry> decided(
        Caller caller,
        Optional<Operation> operation,
        Decision decision,
        Optional<Refusal> refusal) {
      // What comes of bytes that nobody waits for may be late.
      if (!decision.permitted() && !caller.name().endsWith(RAW)) {
        refused.incrementAndGet();
      }
      return CompletableFuture.completedStage((Optional<Refusal> end, Extent extent) -> {});
    }
  }

  private void connect(Tenant tenant) throws IOException {
    close(tenant);
    tenant.gateway = throughGateway(tenant, tenant.name);
    Map<String, String> settings = new TreeMap<>();
    // What the gateway sets for such a tenant the twin's session has too.
    settings.put("search_path", tenant.name.equals("epsilon") ? "\"epsilon\", public" : "public");
    settings.put("user", tenant.name);
    settings.put("database", "twin_" + tenant.name);
    String[] said =
        settings.entrySet().stream()
            .flatMap(e -> java.util.stream.Stream.of(e.getKey(), e.getValue()))
            .toArray(String[]::new);
    tenant.twin =
        PostgresqlPeer.loggedIn(database.server.socket().getPort(), Optional.empty(), said);
  }

  private PostgresqlPeer throughGateway(Tenant tenant, String member) throws IOException {
    return PostgresqlPeer.loggedIn(
        port, Optional.of(gateway.site().client(member)), "user", tenant.name, "database", SHARED);
  }

  private static void close(Tenant tenant) throws IOException {
    if (tenant.gateway != null) {
      tenant.gateway.close();
      tenant.twin.close();
    }
  }

  // --- What is others' ---

  @Override
  public String others() {
    StringBuilder out = new StringBuilder();
    for (String table : List.of("gamma_secret", "gamma_docs", "zeta.docs", "zeta.secret")) {
      out.append(rows(table, "true"));
    }
    return out.append(rows("shared", "tenant not in ('beta')"))
        .append(
            database.ask(
                SHARED,
                "select string_agg(rolname || rolsuper, ' ' order by rolname) from pg_roles"))
        .toString();
  }

  private String rows(String table, String where) {
    return database.ask(
        SHARED,
        "select '%s' || string_agg(t::text, ' ' order by t.id) from %s t where %s"
            .formatted(table, table, where));
  }

  @Override
  public List<String> planted() {
    String expected =
        "epsilon.docs epsilon.notes public.alpha_docs public.alpha_notes public.gamma_c4n4ry"
            + " public.gamma_docs public.gamma_secret public.shared zeta.docs zeta.secret";
    String found =
        database
            .ask(
                SHARED,
                "select string_agg(schemaname || '.' || tablename, ' ' order by schemaname,"
                    + " tablename) from pg_tables where schemaname not in ('pg_catalog',"
                    + " 'information_schema') and tablename not in ('temp', 'alpha_temp')")
            .strip();
    return found.equals(expected) ? List.of() : List.of("tables " + found);
  }

  @Override
  public List<String> canaries() {
    return CANARIES;
  }

  // --- Requests ---

  @Override
  public Attempt next(SplittableRandom random) {
    Tenant tenant = tenants.get(random.nextInt(tenants.size()));
    return new PostgresqlAttempt(tenant, PostgresqlRequests.next(random, tenant.kept));
  }

  /** A request, for either side. */
  private final class PostgresqlAttempt implements Attempt {
    private final Tenant tenant;
    private final PostgresqlRequests.Wanted wanted;
    private boolean refusedByGateway;

    PostgresqlAttempt(Tenant tenant, PostgresqlRequests.Wanted wanted) {
      this.tenant = tenant;
      this.wanted = wanted;
    }

    @Override
    public String operation() {
      return wanted.operation();
    }

    @Override
    public Kind kind() {
      return wanted.kind();
    }

    @Override
    public boolean changes() {
      return wanted.changes();
    }

    @Override
    public String text() {
      return tenant.name + " " + wanted.kind() + " " + wanted.text();
    }

    @Override
    public Answer throughGateway() throws IOException {
      int before = refused.get();
      Answer answer = answer(tenant.gateway, wanted.cycles());
      refusedByGateway = refused.get() > before;
      return answer;
    }

    @Override
    public boolean reached() {
      return !refusedByGateway;
    }

    @Override
    public boolean refused(Answer gateway) {
      return refusedByGateway;
    }

    @Override
    public Answer onTwin() throws IOException {
      boolean ofAnother = wanted.kind() == Kind.FOREIGN;
      return ofAnother
          ? answer(tenant.gateway, wanted.missing())
          : answer(tenant.twin, wanted.cycles());
    }

    private Answer answer(PostgresqlPeer peer, List<PostgresqlRequests.Cycle> cycles)
        throws IOException {
      List<PostgresqlPeer.Said> all = new ArrayList<>();
      for (PostgresqlRequests.Cycle cycle : cycles) {
        if (cycle.fresh()) {
          return fresh(cycle);
        }
        all.addAll(peer.exchange(cycle.bytes(), cycle.readies()));
      }
      Transcript transcript = new Transcript(all, wanted.ordered());
      String content = transcript.text(wanted.kind() == Kind.FOREIGN);
      if (wanted.kind() == Kind.FOREIGN) {
        content = content.replaceAll("gamma|alpha|zeta|shared|nobody|epsilon", "SOMEBODY");
      }
      settle(peer, all);
      int status = peer.over() ? 400 : transcript.failed() ? 400 : 200;
      if (peer.over()) {
        connect(tenant);
      }
      // A twin's own tables are types of its catalogue, too.
      boolean compared =
          !wanted.operation().equals("catalogue")
              && !wanted.operation().equals(PostgresqlRequests.UNCOMPARED);
      return new Answer(
          status, compared ? Optional.of(content) : Optional.empty(), PostgresqlPeer.text(all));
    }

    /** Leaves no transaction open. */
    private void settle(PostgresqlPeer peer, List<PostgresqlPeer.Said> all) throws IOException {
      boolean idle =
          !all.isEmpty() && all.getLast().type() == 'Z' && all.getLast().body()[0] == 'I';
      if (!idle && !peer.over()) {
        peer.exchange(PostgresqlPeer.query("rollback"), 1);
      }
    }

    /** Bytes on a connection of their own: nothing is compared, but what they bring about. */
    private Answer fresh(PostgresqlRequests.Cycle cycle) throws IOException {
      try (PostgresqlPeer peer = PostgresqlSubject.this.throughGateway(tenant, tenant.name + RAW)) {
        List<PostgresqlPeer.Said> said = peer.tell(cycle.bytes(), 15);
        return new Answer(400, Optional.empty(), PostgresqlPeer.text(said));
      }
    }
  }

  /** What a server said, without what two servers cannot have alike. */
  private static final class Transcript {
    /** The first number of what a database gives to its users' types. */
    private static final int FIRST_OF_USERS = 16_384;

    /**
     * A whole row of a shared table is made of what is shown of it, and so is of no table's type.
     */
    private static final int RECORD = 2_249;

    private final List<PostgresqlPeer.Said> all;
    private final boolean ordered;

    Transcript(List<PostgresqlPeer.Said> all, boolean ordered) {
      this.all = all;
      this.ordered = ordered;
    }

    boolean failed() {
      return all.stream().anyMatch(s -> s.type() == 'E');
    }

    String text(boolean errors) {
      List<String> out = new ArrayList<>();
      List<String> rows = new ArrayList<>();
      for (PostgresqlPeer.Said said : all) {
        boolean row = said.type() == 'D' || said.type() == 'd';
        if (!row) {
          flush(rows, out);
        }
        String body = new String(said.body(), StandardCharsets.UTF_8);
        switch (said.type()) {
          case 'D', 'd' -> rows.add(body);
          case 'T' -> out.add("T " + columns(said.body()));
          case 't' -> out.add("t " + types(said.body()));
          case 'E' -> out.add("E " + (errors ? body : state(body)));
          case 'N', 'S', 'A' -> {}
          default -> out.add(said.type() + " " + body);
        }
      }
      flush(rows, out);
      return String.join("\n", out).replace('\0', '|');
    }

    private void flush(List<String> rows, List<String> out) {
      out.addAll(ordered ? rows : rows.stream().sorted().toList());
      rows.clear();
    }

    private static String state(String body) {
      for (String field : body.split("\0")) {
        if (field.startsWith("C")) {
          return field.substring(1);
        }
      }
      return "";
    }

    /** Names and types; numbers of tables are each database's own. */
    private static String columns(byte[] body) {
      java.nio.ByteBuffer in = java.nio.ByteBuffer.wrap(body);
      int count = in.getShort();
      List<String> out = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        StringBuilder name = new StringBuilder();
        for (byte c = in.get(); c != 0; c = in.get()) {
          name.append((char) c);
        }
        in.position(in.position() + 6);
        out.add(name + ":" + type(in.getInt()));
        in.position(in.position() + 8);
      }
      return out.toString();
    }

    private static String types(byte[] body) {
      java.nio.ByteBuffer in = java.nio.ByteBuffer.wrap(body);
      int count = in.getShort();
      List<String> out = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        out.add(type(in.getInt()));
      }
      return out.stream().collect(Collectors.joining(","));
    }

    private static String type(int number) {
      return number >= FIRST_OF_USERS || number == RECORD ? "of a user" : String.valueOf(number);
    }
  }

  @Override
  public void close() {
    try {
      for (Tenant tenant : tenants) {
        close(tenant);
      }
      streams.close();
      sessions.close();
      gateway.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
