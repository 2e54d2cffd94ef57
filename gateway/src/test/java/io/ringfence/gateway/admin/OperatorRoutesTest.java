package io.ringfence.gateway.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.gateway.audit.AuditFilter;
import io.ringfence.gateway.audit.AuditLog;
import io.ringfence.gateway.audit.AuditQuery;
import io.ringfence.gateway.audit.AuditRecord;
import io.ringfence.gateway.audit.AuditSettings;
import io.ringfence.gateway.identity.Identified;
import io.ringfence.gateway.identity.Marks;
import io.ringfence.gateway.policy.Credentials;
import io.ringfence.gateway.request.HttpAnswer;
import io.ringfence.gateway.request.HttpCall;
import io.ringfence.gateway.session.Revocation;
import io.ringfence.gateway.session.Session;
import io.ringfence.gateway.session.SessionDesk;
import io.ringfence.gateway.session.SessionException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may do what at the operator's door, and what of it is recorded. */
class OperatorRoutesTest {
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  private static final Operator LOCAL = Operator.local("root");
  private static final Operator APPROVER =
      new Operator(
          "spiffe://x/lead",
          Operator.Right.APPROVE,
          Optional.of(
              new Identified(
                  Credentials.of("spiffe://x/lead"),
                  "spiffe://x/lead",
                  Marks.NONE,
                  Map.of(),
                  NOW)));
  private static final Operator LOOKER =
      new Operator("spiffe://x/prometheus", Operator.Right.LOOK, Optional.empty());

  @TempDir private Path folder;

  private final List<String> done = new ArrayList<>();
  private Optional<String> refusedReload = Optional.empty();
  private List<String> notReady = List.of();
  private AuditLog log;
  private OperatorRoutes routes;

  private final class Gateway implements OperatedGateway, SessionDesk {
    @Override
    public ObjectNode status() {
      return JsonNodeFactory.instance.objectNode().put("ready", true);
    }

    @Override
    public List<String> notReady() {
      return notReady;
    }

    @Override
    public String metrics() {
      return "a 1\n";
    }

    @Override
    public Optional<SessionDesk> sessions() {
      return Optional.of(this);
    }

    @Override
    public Optional<String> reload() {
      done.add("reload");
      return refusedReload;
    }

    @Override
    public void drain(Duration patience) {
      done.add("drain");
    }

    @Override
    public ObjectNode doctor() {
      ObjectNode out = JsonNodeFactory.instance.objectNode();
      out.putObject("database/sql").put("served", false);
      return out;
    }

    @Override
    public List<Session> list() {
      return List.of(session());
    }

    @Override
    public Session approve(String id, Identified approver) throws SessionException {
      if (!id.equals("s1")) {
        throw new SessionException("no such session");
      }
      done.add("approve by " + approver.name());
      return session();
    }

    @Override
    public void revoke(Revocation what, String by) {
      done.add("revoke " + what + " by " + by);
    }

    @Override
    public void reinstate(Revocation what, String by) {
      done.add("reinstate " + what + " by " + by);
    }

    @Override
    public List<Revocation> revoked() {
      return List.of(new Revocation.OfKey("k1"));
    }

    private Session session() {
      return new Session(
          "s1", "bastion", "operate", NOW, NOW, new Session.State.Waiting(Duration.ofMinutes(15)));
    }
  }

  @BeforeEach
  void open() throws IOException {
    log = AuditLog.open(AuditSettings.of(folder.resolve("log")), InstantSource.fixed(NOW));
    routes = new OperatorRoutes(new Gateway(), Optional.of(log), InstantSource.fixed(NOW));
  }

  @AfterEach
  void close() throws IOException {
    log.close();
  }

  private HttpAnswer ask(Operator operator, String method, String path, String body) {
    return routes.answer(
        operator,
        new HttpCall(
            method,
            List.of(path),
            Map.of(),
            Optional.empty(),
            body.getBytes(StandardCharsets.UTF_8)));
  }

  private static String body(HttpAnswer answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  private int status(Operator operator, String method, String path, String body) {
    return ask(operator, method, path, body).status();
  }

  private List<String> recorded() throws IOException {
    AuditFilter all =
        new AuditFilter(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    return AuditQuery.run(folder.resolve("log"), all, 100).entries().stream()
        .map(f -> (AuditRecord.Operated) f.entry().record())
        .map(o -> o.operator() + " " + o.action() + o.subject().map(s -> " " + s).orElse(""))
        .toList();
  }

  @Test
  void whoMayWhat() {
    String session = "{\"session\":\"s1\"}";
    String what = "{\"what\":\"session:s1\"}";
    Object[][] table = {
      {"GET", "ready", "", 200, 200, 200},
      {"GET", "metrics", "", 200, 200, 200},
      {"GET", "status", "", 200, 200, 200},
      {"GET", "sessions", "", 403, 200, 200},
      {"GET", "revoked", "", 403, 200, 200},
      {"POST", "revoke", what, 403, 200, 200},
      {"POST", "reinstate", what, 403, 200, 200},
      {"POST", "reload", "", 403, 200, 200},
      {"POST", "drain", "", 403, 200, 200},
      {"POST", "doctor", "", 403, 200, 200},
      {"POST", "approve", session, 403, 403, 200},
      {"GET", "approve", session, 404, 404, 404},
      {"POST", "nonsense", "", 404, 404, 404},
    };
    for (Object[] row : table) {
      String method = (String) row[0];
      String path = (String) row[1];
      String body = (String) row[2];
      assertEquals(row[3], status(LOOKER, method, path, body), path);
      assertEquals(row[4], status(LOCAL, method, path, body), path);
      assertEquals(row[5], status(APPROVER, method, path, body), path);
    }
  }

  @Test
  void rootOfTheMachineCannotApprove() {
    HttpAnswer answer = ask(LOCAL, "POST", "approve", "{\"session\":\"s1\"}");
    assertTrue(body(answer).contains("only the blueprint's `approvers` approve"), body(answer));
    assertEquals(List.of(), done);
  }

  @Test
  void whatIsDoneIsRecorded() throws IOException {
    ask(APPROVER, "POST", "approve", "{\"session\":\"s1\"}");
    ask(LOCAL, "POST", "revoke", "{\"what\":\"principal:spiffe://x/etl\"}");
    ask(LOCAL, "POST", "reload", "");
    ask(LOCAL, "POST", "drain", "");
    ask(LOCAL, "GET", "status", "");
    ask(LOCAL, "GET", "ready", "");
    ask(LOCAL, "GET", "metrics", "");
    assertEquals(
        List.of(
            "spiffe://x/lead APPROVE s1",
            "user:root REVOKE principal:spiffe://x/etl",
            "user:root RELOAD",
            "user:root DRAIN",
            "user:root STATUS"),
        recorded());
    assertEquals(
        List.of(
            "approve by spiffe://x/lead",
            "revoke OfPrincipal[id=spiffe://x/etl] by user:root",
            "reload",
            "drain"),
        done);
  }

  @Test
  void whatCannotBeRecordedIsNotDoneButARevocation() throws IOException {
    log.close();
    assertEquals(503, status(LOCAL, "POST", "reload", ""));
    assertEquals(503, status(LOCAL, "POST", "drain", ""));
    assertEquals(503, status(APPROVER, "POST", "approve", "{\"session\":\"s1\"}"));
    assertEquals(List.of(), done);
    HttpAnswer revoked = ask(LOCAL, "POST", "revoke", "{\"what\":\"key:k1\"}");
    assertTrue(body(revoked).contains("\"notRecorded\":\"the audit log is closed\""));
    assertEquals(1, done.size());
    assertEquals(200, status(LOCAL, "GET", "status", ""));
  }

  @Test
  void theDoctorSaysHowEachDatabaseStands() {
    assertEquals(
        "{\"databases\":{\"database/sql\":{\"served\":false}}}",
        body(ask(LOCAL, "POST", "doctor", "")));
  }

  @Test
  void refusalsAreInWords() {
    assertEquals(409, status(APPROVER, "POST", "approve", "{\"session\":\"s2\"}"));
    assertEquals(400, status(APPROVER, "POST", "approve", "{"));
    assertEquals(400, status(APPROVER, "POST", "approve", "{}"));
    HttpAnswer wrong = ask(LOCAL, "POST", "revoke", "{\"what\":\"everything\"}");
    assertEquals(400, wrong.status());
    assertTrue(body(wrong).contains("names nothing to revoke"), body(wrong));
    refusedReload = Optional.of("guardrail `x` is broken");
    assertEquals(409, status(LOCAL, "POST", "reload", ""));
    notReady = List.of("it is being drained");
    assertEquals(503, status(LOOKER, "GET", "ready", ""));
  }

  // --- The socket ---

  private Path socket() {
    return folder.resolve("door.sock");
  }

  @Test
  void socketKnowsWhoStandsThere() throws IOException {
    try (OperatorSocket door = OperatorSocket.open(socket(), routes)) {
      OperatorClient.Answer answer = OperatorClient.at(socket()).ask("POST", "reload", "");
      assertEquals(200, answer.status());
      String user = System.getProperty("user.name");
      assertEquals(List.of("user:" + user + " RELOAD"), recorded());
      assertEquals(
          "rw-------",
          java.nio.file.attribute.PosixFilePermissions.toString(
              Files.getPosixFilePermissions(socket())));
      OperatorClient.Answer wide =
          OperatorClient.at(socket())
              .ask(
                  "POST",
                  "revoke",
                  "{\"what\":\"key:" + "k".repeat(Revocation.ID_CHARACTERS_MAX) + "\"}");
      assertEquals(200, wide.status());
      assertThrows(
          IOException.class,
          () ->
              OperatorClient.at(socket())
                  .ask("POST", "revoke", "k".repeat(OperatorSocket.QUESTION_BYTES_MAX)));
    }
    assertFalse(Files.exists(socket()));
  }

  @Test
  void socketOfAKilledGatewayIsTakenOverAndNoOther() throws IOException {
    try (var left =
        java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
      left.bind(java.net.UnixDomainSocketAddress.of(socket()));
    }
    try (OperatorSocket door = OperatorSocket.open(socket(), routes)) {
      IOException second =
          assertThrows(IOException.class, () -> OperatorSocket.open(socket(), routes));
      assertTrue(second.getMessage().startsWith("another gateway listens"), second.getMessage());
    }
    Files.writeString(socket(), "a file of somebody's");
    assertThrows(IOException.class, () -> OperatorSocket.open(socket(), routes));
    assertTrue(Files.isRegularFile(socket()));
  }

  @Test
  void socketAnswersAfterManyQuestions() throws IOException {
    try (OperatorSocket door = OperatorSocket.open(socket(), routes)) {
      for (int i = 0; i < 3 * OperatorSocket.CONNECTIONS_MAX; i++) {
        JsonNode answer =
            new ObjectMapper().readTree(OperatorClient.at(socket()).ask("GET", "ready", "").body());
        assertTrue(answer.path("ready").asBoolean());
      }
    }
  }
}
