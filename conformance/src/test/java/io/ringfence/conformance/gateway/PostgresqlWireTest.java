package io.ringfence.conformance.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL's protocol byte by byte: what no official driver sends, too. */
@Tag("slow")
class PostgresqlWireTest {
  private static final int TLS = 80877103;
  private static final int GSS = 80877104;
  private static final int CANCEL = 80877102;
  private static final int VERSION_3 = 3 << 16;

  @TempDir private static Path folder;

  private static RealPostgresql database;
  private static PostgresqlSite site;

  @BeforeAll
  static void start() throws Exception {
    database = RealPostgresql.start(PostgresqlSite.DATABASE);
    PostgresqlSite.seed(database);
    site = new PostgresqlSite(folder, database);
  }

  @AfterAll
  static void end() {
    if (site != null) {
      site.close();
    }
    if (database != null) {
      database.close();
    }
  }

  /** What a server said: its type, and its body as text. */
  private record Said(char type, byte[] body) {
    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    /** Of an error. */
    String state() {
      for (String field : text().split("\0")) {
        if (field.startsWith("C")) {
          return field.substring(1);
        }
      }
      return "";
    }
  }

  /** A connection, in the clear until TLS is begun. */
  private static final class Peer implements AutoCloseable {
    private Socket socket;
    private DataInputStream in;
    private DataOutputStream out;

    Peer() throws IOException {
      take(new Socket("127.0.0.1", site.port()));
    }

    private void take(Socket next) throws IOException {
      socket = next;
      socket.setSoTimeout(10_000);
      in = new DataInputStream(next.getInputStream());
      out = new DataOutputStream(next.getOutputStream());
    }

    Peer code(int code) throws IOException {
      out.writeInt(8);
      out.writeInt(code);
      out.flush();
      return this;
    }

    Peer bytes(byte[] bytes) throws IOException {
      out.write(bytes);
      out.flush();
      return this;
    }

    int one() throws IOException {
      return in.read();
    }

    Peer tls(String workload, String... alpn) throws IOException {
      SSLSocket inside =
          (SSLSocket)
              site.site()
                  .client(workload)
                  .getSocketFactory()
                  .createSocket(socket, "127.0.0.1", site.port(), true);
      SSLParameters parameters = inside.getSSLParameters();
      parameters.setApplicationProtocols(alpn);
      inside.setSSLParameters(parameters);
      inside.startHandshake();
      take(inside);
      return this;
    }

    Peer startup(int version, String... said) throws IOException {
      return bytes(packet(version, said));
    }

    Peer message(char type, byte[] body) throws IOException {
      out.writeByte(type);
      out.writeInt(4 + body.length);
      out.write(body);
      out.flush();
      return this;
    }

    Said next() throws IOException {
      char type = (char) in.readByte();
      byte[] body = new byte[in.readInt() - 4];
      in.readFully(body);
      return new Said(type, body);
    }

    /** Up to a message of this type. */
    Said next(char type) throws IOException {
      while (true) {
        Said said = next();
        if (said.type() == type) {
          return said;
        }
      }
    }

    /** The types of all messages up to ReadyForQuery. */
    String types() throws IOException {
      StringBuilder types = new StringBuilder();
      for (Said said = next(); ; said = next()) {
        types.append(said.type());
        if (said.type() == 'Z') {
          return types.toString();
        }
      }
    }

    boolean over() {
      try {
        return in.read() < 0;
      } catch (SocketException | SSLException | EOFException e) {
        return true;
      } catch (IOException e) {
        return false;
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private static byte[] packet(int version, String... said) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (String s : said) {
      body.writeBytes(text(s));
    }
    body.write(0);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    DataOutputStream data = new DataOutputStream(out);
    data.writeInt(8 + body.size());
    data.writeInt(version);
    data.write(body.toByteArray());
    return out.toByteArray();
  }

  private static byte[] text(String text) {
    return (text + "\0").getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] p : parts) {
      out.writeBytes(p);
    }
    return out.toByteArray();
  }

  private static byte[] parse(String name, String sql) {
    return join(text(name), text(sql), new byte[2]);
  }

  private static byte[] bind(String portal, String statement) {
    return join(text(portal), text(statement), new byte[6]);
  }

  private static byte[] execute(String portal) {
    return join(text(portal), new byte[4]);
  }

  private static Peer loggedIn(String workload) throws IOException {
    Peer peer = new Peer().code(TLS);
    assertEquals('S', peer.one());
    peer.tls(workload).startup(VERSION_3, "user", workload, "database", "rag");
    peer.next('Z');
    return peer;
  }

  // --- Before a session ---

  @Test
  void nothingIsAskedInTheClear() throws IOException {
    try (Peer peer = new Peer().startup(VERSION_3, "user", "acme", "database", "rag")) {
      Said said = peer.next();
      assertEquals('E', said.type());
      assertEquals("28000", said.state());
      assertTrue(peer.over());
    }
  }

  @Test
  void gssIsRefusedAndTlsGoesOn() throws IOException {
    try (Peer peer = new Peer().code(GSS)) {
      assertEquals('N', peer.one());
      assertEquals('S', peer.code(TLS).one());
    }
  }

  @Test
  void whatStandsBehindTheRequestForTlsInTheClearIsNotTaken() throws IOException {
    byte[] request = {0, 0, 0, 8, 4, (byte) 0xd2, 0x16, 0x2f};
    try (Peer peer =
        new Peer().bytes(join(request, packet(VERSION_3, "user", "acme", "database", "rag")))) {
      assertTrue(peer.over());
    }
    try (Peer peer = new Peer().code(TLS)) {
      assertEquals('S', peer.one());
      assertThrows(IOException.class, () -> peer.code(TLS).tls("acme"));
    }
  }

  @Test
  void tlsAtOnceAgreesOnTheProtocol() throws IOException {
    try (Peer peer = new Peer().tls("acme", "postgresql")) {
      peer.startup(VERSION_3, "user", "acme", "database", "rag").next('Z');
    }
    try (Peer peer = new Peer().tls("acme")) {
      peer.startup(VERSION_3, "user", "acme", "database", "rag");
      assertTrue(peer.over());
    }
  }

  @Test
  void whatIsSaidAtTheStartIsListed() throws IOException {
    record Row(String state, String... said) {}
    for (Row row :
        List.of(
            new Row("28000", "user", "globex", "database", "rag"),
            new Row("28000", "user", "acme", "database", "postgres"),
            new Row("28000", "user", "acme"),
            new Row("42501", "user", "acme", "database", "rag", "replication", "true"),
            new Row("42501", "user", "acme", "database", "rag", "options", "-c role=x"),
            new Row("42501", "user", "acme", "database", "rag", "role", "x"),
            new Row("42501", "user", "acme", "database", "rag", "client_encoding", "LATIN1"),
            new Row("42501", "user", "acme", "database", "rag", "search_path", "globex"))) {
      Peer begun = new Peer().code(TLS);
      assertEquals('S', begun.one());
      try (Peer peer = begun.tls("acme").startup(VERSION_3, row.said())) {
        Said said = peer.next();
        // Another's name may still be proved by a password.
        if (said.type() == 'R') {
          said = peer.message('p', text("no key")).next();
        }
        assertEquals('E', said.type(), String.join(" ", row.said()));
        assertEquals(row.state(), said.state(), String.join(" ", row.said()));
      }
    }
  }

  @Test
  void startupAndPasswordAreBounded() throws IOException {
    for (int excess : new int[] {0, 1}) {
      Peer begun = new Peer().code(TLS);
      assertEquals('S', begun.one());
      int fixed =
          packet(VERSION_3, "user", "acme", "database", "rag", "application_name", "").length;
      String name = "x".repeat(8_000 - fixed + excess);
      try (Peer peer =
          begun
              .tls("acme")
              .startup(VERSION_3, "user", "acme", "database", "rag", "application_name", name)) {
        if (excess == 0) {
          peer.next('Z');
        } else {
          assertTrue(peer.over());
        }
      }
    }
  }

  @Test
  void newerVersionsAreNegotiated() throws IOException {
    record Row(int version, int keyBytes, boolean negotiated, String... more) {}
    for (Row row :
        List.of(
            new Row(VERSION_3, 4, false),
            new Row(VERSION_3 + 2, 32, false),
            new Row(VERSION_3 + 9, 32, true),
            new Row(VERSION_3 + 2, 32, true, "_pq_.new", "1"))) {
      Peer begun = new Peer().code(TLS);
      assertEquals('S', begun.one());
      List<String> said = new ArrayList<>(List.of("user", "acme", "database", "rag"));
      said.addAll(List.of(row.more()));
      try (Peer peer = begun.tls("acme").startup(row.version(), said.toArray(String[]::new))) {
        Said first = peer.next();
        assertEquals(row.negotiated() ? 'v' : 'R', first.type());
        assertEquals(4 + row.keyBytes(), peer.next('K').body().length);
      }
    }
  }

  @Test
  void keysOfOthersCancelNothing() throws Exception {
    try (Peer peer = loggedIn("acme")) {
      Peer other = new Peer().code(TLS);
      assertEquals('S', other.one());
      other.tls("globex").startup(VERSION_3, "user", "globex", "database", "rag");
      byte[] key = other.next('K').body();
      other.next('Z');
      peer.message('Q', text("select count(*) from generate_series(1, 3000000)"));
      byte[] wrong = key.clone();
      wrong[7] ^= 1;
      try (Peer canceller = new Peer()) {
        canceller.bytes(join(new byte[] {0, 0, 0, 16}, number(CANCEL), wrong));
        assertTrue(canceller.over());
      }
      try (Peer canceller = new Peer()) {
        canceller.bytes(join(new byte[] {0, 0, 0, 16}, number(CANCEL), key));
        assertTrue(canceller.over());
      }
      assertEquals("TDCZ", peer.types());
      other.close();
    }
  }

  private static byte[] number(int number) {
    return new byte[] {
      (byte) (number >> 24), (byte) (number >> 16), (byte) (number >> 8), (byte) number
    };
  }

  // --- In a session ---

  @Test
  void functionCallsAreRefusedAndTheSessionGoesOn() throws IOException {
    try (Peer peer = loggedIn("acme")) {
      assertEquals("EZ", peer.message('F', new byte[12]).types());
      assertEquals("TDCZ", peer.message('Q', text("select 1")).types());
      assertEquals("IZ", peer.message('Q', text(" ;; ")).types());
    }
  }

  @Test
  void unknownMessagesEndTheSession() throws IOException {
    for (char type : new char[] {'p', 'z', 'R', 'K', 'W'}) {
      try (Peer peer = loggedIn("acme")) {
        Said said = peer.message(type, new byte[4]).next();
        assertEquals("08P01", said.state());
        assertTrue(peer.over());
      }
    }
    try (Peer peer = loggedIn("acme")) {
      peer.bytes(new byte[] {'Q', 0x7f, 0, 0, 0});
      assertEquals("08P01", peer.next().state());
    }
    try (Peer peer = loggedIn("acme")) {
      assertEquals("08P01", peer.message('Q', new byte[] {(byte) 0xff, 0}).next().state());
    }
    try (Peer peer = loggedIn("acme")) {
      byte[] lies = join(text(""), text("x"), new byte[] {0, 0, 0, 1, 0x7f, 0, 0, 0, 0, 0});
      peer.message('P', parse("x", "select 1"));
      assertEquals("08P01", peer.message('B', lies).next('E').state());
    }
  }

  /** The name must mean what was decided for it, whatever the database skipped. */
  @Test
  void namesOfSkippedStatementsMeanNothing() throws IOException {
    try (Peer peer = loggedIn("globex")) {
      peer.message('P', parse("s", "select 'first'")).message('S', new byte[0]);
      assertEquals("1Z", peer.types());
      // An error, and behind it, skipped by the database, the same name for something else.
      peer.message('P', parse("t", "select nope"))
          .message('P', parse("s", "select 'second'"))
          .message('S', new byte[0]);
      assertEquals("EZ", peer.types());
      peer.message('B', bind("", "s")).message('E', execute("")).message('S', new byte[0]);
      Said said = peer.next();
      while (said.type() != 'D' && said.type() != 'E') {
        said = peer.next();
      }
      assertTrue(said.type() == 'E' || said.text().contains("first"), said.text());
    }
  }

  @Test
  void refusedMessagesSkipWhatFollowsUpToSync() throws IOException {
    try (Peer peer = loggedIn("globex")) {
      peer.message('P', parse("", "select * from pg_attribute"))
          .message('B', bind("", ""))
          .message('E', execute(""))
          .message('S', new byte[0]);
      assertEquals("EZ", peer.types());
      peer.message('P', parse("", "select count(*) from shared_docs"))
          .message('B', bind("", ""))
          .message('E', execute(""))
          .message('S', new byte[0]);
      assertEquals("12DCZ", peer.types());
      peer.message('P', parse("", "copy shared_docs from stdin")).message('S', new byte[0]);
      assertEquals("EZ", peer.types());
    }
  }

  @Test
  void aRefusalAbortsItsTransaction() throws IOException {
    try (Peer peer = loggedIn("globex")) {
      assertEquals("CZ", peer.message('Q', text("begin")).types());
      assertEquals('E', peer.message('Q', text("set role postgres")).next().type());
      assertEquals("E", peer.next('Z').text());
      assertEquals("25P02", peer.message('Q', text("select 1")).next().state());
      peer.next('Z');
      assertEquals("CZ", peer.message('Q', text("rollback")).types());
    }
  }

  @Test
  void parametersOfTheCataloguesTypesAreRefused() throws IOException {
    try (Peer peer = loggedIn("globex")) {
      byte[] regclass = join(text(""), text("select $1"), new byte[] {0, 1}, number(2205));
      peer.message('P', regclass).message('S', new byte[0]);
      assertEquals("42501", peer.next('E').state());
      peer.next('Z');
    }
  }

  @Test
  void statementsOfOneSessionAreBounded() throws IOException {
    try (Peer peer = loggedIn("globex")) {
      for (int i = 0; i <= 1_000; i++) {
        peer.message('P', parse("s" + i, "select 1"));
      }
      peer.message('S', new byte[0]);
      assertEquals("1".repeat(1_000) + "EZ", peer.types());
    }
  }

  /** A principal may have 1024 requests at one time, and as many as it likes after one another. */
  @Test
  void statementsThatEndedAreNotCounted() throws IOException {
    try (Peer peer = loggedIn("acme")) {
      for (int i = 0; i < 600; i++) {
        assertEquals("TDCZ", peer.message('Q', text("select 1")).types(), "statement " + i);
        peer.message('P', parse("", "select 1")).message('B', bind("", ""));
        peer.message('E', execute("")).message('S', new byte[0]);
        assertEquals("12DCZ", peer.types(), "statement " + i);
      }
      assertEquals("EZ", peer.message('Q', text("set role x")).types());
    }
  }

  @Test
  void messagesInACopyAreOfTheCopy() throws IOException {
    try (Peer peer = loggedIn("acme")) {
      peer.message('Q', text("create table rows (id int)")).types();
      peer.message('Q', text("copy rows from stdin")).next('G');
      peer.message('d', "1\n".getBytes(StandardCharsets.UTF_8)).message('c', new byte[0]);
      assertEquals("CZ", peer.types());
      peer.message('Q', text("drop table rows")).types();
      peer.message('Q', text("create table rows (id int)")).types();
      peer.message('Q', text("copy rows from stdin")).next('G');
      assertEquals("08P01", peer.message('Q', text("select 1")).next('E').state());
    }
    database.execute(PostgresqlSite.DATABASE, "drop table if exists acme_rows");
  }
}
