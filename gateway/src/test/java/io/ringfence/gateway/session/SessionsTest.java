package io.ringfence.gateway.session;

import static io.ringfence.gateway.session.TestingPeople.ADA;
import static io.ringfence.gateway.session.TestingPeople.LEAD;
import static io.ringfence.gateway.session.TestingPeople.bearer;
import static io.ringfence.gateway.session.TestingPeople.gateway;
import static io.ringfence.gateway.session.TestingPeople.keyed;
import static io.ringfence.gateway.session.TestingPeople.person;
import static io.ringfence.gateway.session.TestingPeople.rule;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.gateway.identity.Identified;
import io.ringfence.gateway.identity.TestingTime;
import io.ringfence.gateway.policy.Generation;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.model.AccessRule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions, approvals and revocations, as policy. */
class SessionsTest {
  private static final Duration MAX = Duration.ofMinutes(15);
  private static final Duration RECHECK = Duration.ofSeconds(60);
  private static final AccessRule SEARCH = rule("search", Optional.empty(), false);
  private static final AccessRule OPERATE =
      rule("operate", Optional.of(Duration.ofMinutes(30)), true);
  private static final AccessRule RESTORE = rule("restore", Optional.empty(), true);
  private static final Generation FIRST = new Generation(1, "first");

  private final TestingTime time = new TestingTime();
  private final List<SessionEvent> events = Collections.synchronizedList(new ArrayList<>());
  private Sessions sessions = sessions(SessionStore.inMemory(), events::add);

  @TempDir private Path folder;

  private Sessions sessions(SessionStore store, SessionTrail trail) {
    Sessions out = new Sessions(store, trail, time);
    out.turnTo(FIRST, gateway(MAX, RECHECK));
    return out;
  }

  @BeforeEach
  void nobodyIsApproved() {
    assertFalse(sessions.of(ADA).approved("operate"));
  }

  private boolean operates(String caller) {
    return sessions.of(caller).approved("operate") && sessions.use(caller, OPERATE).isPresent();
  }

  private void refused(String why, String session, Identified approver) {
    SessionException e =
        assertThrows(SessionException.class, () -> sessions.approve(session, approver));
    assertTrue(e.getMessage().contains(why), e.getMessage());
    assertFalse(operates(ADA));
  }

  // --- Time ---

  @Test
  void aSessionLastsAsLongAsItsTermsSay() {
    Session first = sessions.use(ADA, SEARCH).orElseThrow();
    time.pass(MAX.minusMillis(1));
    assertTrue(sessions.stands(first));
    assertEquals(first, sessions.use(ADA, SEARCH).orElseThrow());
    assertEquals(MAX.minusMillis(1), sessions.of(ADA).age("search").orElseThrow());
    time.pass(Duration.ofMillis(1));
    assertFalse(sessions.stands(first));
    assertEquals(Duration.ZERO, sessions.of(ADA).age("search").orElseThrow());
    assertNotEquals(first.id(), sessions.use(ADA, SEARCH).orElseThrow().id());
  }

  @Test
  void aRulesOwnBoundGoesBeforeTheGateways() throws SessionException {
    Session asked = sessions.ask(ADA, OPERATE).orElseThrow();
    Session approved = sessions.approve(asked.id(), person(LEAD));
    assertEquals(time.instant().plus(Duration.ofMinutes(30)), approved.until());
    Session other = sessions.approve(sessions.ask(ADA, RESTORE).orElseThrow().id(), person(LEAD));
    assertEquals(time.instant().plus(MAX), other.until());
  }

  // --- Approval ---

  @Test
  void anApprovalOpensOneRuleToOneCallerForItsTime() throws SessionException {
    assertFalse(operates(ADA));
    Session asked = sessions.ask(ADA, OPERATE).orElseThrow();
    assertEquals(asked, sessions.ask(ADA, OPERATE).orElseThrow(), "asked once");
    assertFalse(operates(ADA), "asking opens nothing");
    sessions.approve(asked.id(), person(LEAD));
    assertTrue(operates(ADA));
    assertFalse(operates(LEAD), "nor does it for the approver");
    assertFalse(sessions.of(ADA).approved("restore"));
    assertTrue(sessions.use(ADA, RESTORE).isEmpty());
    time.pass(Duration.ofMinutes(30));
    assertFalse(operates(ADA));
    assertTrue(
        events.stream()
            .anyMatch(e -> e instanceof SessionEvent.Approved a && a.approver().equals(LEAD)));
  }

  @Test
  void onlyAListedOtherPersonWithACertificateOfTheirOwnApproves() {
    String asked = sessions.ask(ADA, OPERATE).orElseThrow().id();
    refused("not among `approvers`", asked, person(ADA));
    refused("not among `approvers`", asked, person("spiffe://acme.example/people/other"));
    refused("not among `approvers`", asked, person(LEAD + "/x"));
    refused("certificate of their own", asked, keyed(LEAD, "k"));
    refused("certificate of their own", asked, bearer("https://login", "lead", "t"));
    refused("no session", "0123456789", person(LEAD));
  }

  @Test
  void nobodyApprovesWhatTheyAskFor() {
    String mine = sessions.ask(LEAD, OPERATE).orElseThrow().id();
    refused("themselves", mine, person(LEAD));
    String withToken = sessions.ask(LEAD + " with https://login#lead", OPERATE).orElseThrow().id();
    refused("themselves", withToken, person(LEAD));
  }

  @Test
  void anApproverWhoIsRevokedApprovesNothing() throws SessionException {
    String asked = sessions.ask(ADA, OPERATE).orElseThrow().id();
    sessions.revoke(new Revocation.OfPrincipal(LEAD), "test");
    refused("counts no longer", asked, person(LEAD));
  }

  @Test
  void aRequestWaitsOnlySoLong() {
    String asked = sessions.ask(ADA, OPERATE).orElseThrow().id();
    time.pass(Session.WAITS_MAX);
    refused("no session", asked, person(LEAD));
    assertNotEquals(asked, sessions.ask(ADA, OPERATE).orElseThrow().id());
  }

  @Test
  void anApprovalIsGivenOnce() throws SessionException {
    String asked = sessions.ask(ADA, OPERATE).orElseThrow().id();
    sessions.approve(asked, person(LEAD));
    SessionException e =
        assertThrows(SessionException.class, () -> sessions.approve(asked, person(LEAD)));
    assertTrue(e.getMessage().contains("does not wait"), e.getMessage());
  }

  @Test
  void anApprovalThatCannotBeRecordedIsNone() {
    sessions =
        sessions(
            SessionStore.inMemory(),
            event -> {
              throw new IOException("full");
            });
    refused("cannot be recorded", sessions.ask(ADA, OPERATE).orElseThrow().id(), person(LEAD));
  }

  @Test
  void anotherGenerationKnowsNoApprovalOfTheLast() throws SessionException {
    sessions.approve(sessions.ask(ADA, OPERATE).orElseThrow().id(), person(LEAD));
    Session search = sessions.use(ADA, SEARCH).orElseThrow();
    sessions.turnTo(new Generation(2, "first"), gateway(MAX, RECHECK));
    assertTrue(operates(ADA), "the same content is the same policy");
    sessions.turnTo(new Generation(3, "second"), gateway(MAX, RECHECK));
    assertFalse(operates(ADA));
    assertTrue(sessions.stands(search));
    sessions.turnTo(new Generation(4, "first"), gateway(MAX, RECHECK));
    assertFalse(operates(ADA));
  }

  @Test
  void whenARuleComesToDemandApprovalWhatBeganWithoutIsNotEnough() {
    AccessRule before = rule("operate", Optional.empty(), false);
    assertTrue(sessions.use(ADA, before).isPresent());
    assertFalse(operates(ADA));
    assertTrue(sessions.use(ADA, OPERATE).isEmpty());
    assertTrue(sessions.ask(ADA, OPERATE).isPresent());
  }

  // --- Revocation ---

  @Test
  void aRevokedSessionComesBackOnlyAfterItsTime() throws SessionException {
    Session session = sessions.use(ADA, SEARCH).orElseThrow();
    sessions.revoke(new Revocation.OfSession(session.id()), "test");
    assertFalse(sessions.stands(session));
    assertTrue(sessions.use(ADA, SEARCH).isEmpty());
    time.pass(MAX);
    assertTrue(sessions.use(ADA, SEARCH).isPresent());
  }

  @Test
  void aRevokedApprovalIsNotAskedForAgainBeforeItsTime() throws SessionException {
    Session asked = sessions.ask(ADA, OPERATE).orElseThrow();
    sessions.approve(asked.id(), person(LEAD));
    sessions.revoke(new Revocation.OfSession(asked.id()), "test");
    assertFalse(operates(ADA));
    assertTrue(sessions.ask(ADA, OPERATE).isEmpty());
    time.pass(Duration.ofMinutes(30));
    assertTrue(sessions.ask(ADA, OPERATE).isPresent());
  }

  @Test
  void whateverTheCallerShowsCanBeRevoked() throws Exception {
    record Row(Revocation what, Identified stops, Identified leaves) {}
    String issuer = "https://login.acme.example";
    List<Row> rows =
        List.of(
            new Row(new Revocation.OfPrincipal(ADA), person(ADA), person(LEAD)),
            new Row(
                new Revocation.OfPrincipal(issuer + "#ada"),
                bearer(issuer, "ada", "t1"),
                bearer(issuer, "eve", "t1")),
            new Row(
                new Revocation.OfToken("t1"),
                bearer(issuer, "ada", "t1"),
                bearer(issuer, "ada", "t2")),
            new Row(new Revocation.OfCertificate("a1"), person(ADA), keyed(ADA, "k")),
            new Row(new Revocation.OfKey("k"), keyed(ADA, "k"), keyed(ADA, "k2")));
    for (Row row : rows) {
      Sessions fresh = sessions(SessionStore.inMemory(), SessionTrail.NONE);
      fresh.admit(row.stops());
      fresh.revoke(row.what(), "test");
      assertThrows(RefusedException.class, () -> fresh.admit(row.stops()), row.what().text());
      fresh.admit(row.leaves());
      assertEquals(List.of(row.what()), fresh.revoked());
      assertThrows(SessionException.class, () -> fresh.revoke(row.what(), "test"));
      fresh.reinstate(row.what(), "test");
      fresh.admit(row.stops());
      assertThrows(SessionException.class, () -> fresh.reinstate(row.what(), "test"));
    }
  }

  @Test
  void aRevocationHoldsEvenWhereItCannotBeKept() throws RefusedException {
    SessionStore full =
        new SessionStore() {
          @Override
          public List<Entry> entries() {
            return List.of();
          }

          @Override
          public void keep(Entry entry) throws IOException {
            throw new IOException("disk full");
          }
        };
    sessions = sessions(full, SessionTrail.NONE);
    SessionException e =
        assertThrows(
            SessionException.class, () -> sessions.revoke(new Revocation.OfPrincipal(ADA), "test"));
    assertTrue(e.getMessage().contains("not after a restart"), e.getMessage());
    assertThrows(RefusedException.class, () -> sessions.admit(person(ADA)));
    sessions.admit(person(LEAD));
  }

  @Test
  void whatIsRevokedIsNamedAsCommandsTakeIt() throws SessionException {
    for (String text :
        List.of("session:a", "principal:" + ADA, "token:x:y", "certificate:a1", "key:k")) {
      assertEquals(text, Revocation.parse(text).text());
    }
    String longest = "token:" + "t".repeat(Revocation.ID_CHARACTERS_MAX);
    assertEquals(longest, Revocation.parse(longest).text());
    assertThrows(SessionException.class, () -> Revocation.parse(longest + "t"));
    assertEquals("certificate:a1ff", Revocation.parse("certificate:0A1:FF").text());
    for (String text : List.of("", "x", "user:ada", "token:", "token: ", "certificate:xyz")) {
      assertThrows(SessionException.class, () -> Revocation.parse(text), text);
    }
  }

  // --- Bounds ---

  @Test
  void asManySessionsAsTheBoundAndNoMore() {
    for (int i = 0; i < Sessions.SESSIONS_MAX; i++) {
      assertTrue(sessions.use("c" + i, SEARCH).isPresent());
    }
    assertTrue(sessions.use("one more", SEARCH).isEmpty());
    assertTrue(sessions.use("c0", SEARCH).isPresent(), "those there are go on");
    time.pass(MAX);
    assertTrue(sessions.use("one more", SEARCH).isPresent());
  }

  @Test
  void asManyWaitAsTheBoundAndNoMore() {
    for (int i = 0; i < Sessions.WAITING_MAX; i++) {
      assertTrue(sessions.ask("c" + i, OPERATE).isPresent());
    }
    assertTrue(sessions.ask("one more", OPERATE).isEmpty());
    assertTrue(sessions.ask("c0", OPERATE).isPresent());
  }

  // --- Restart ---

  private Sessions restarted(Path file) throws IOException {
    return sessions(SessionFile.open(file), events::add);
  }

  @Test
  void revocationsAndApprovalsOutliveTheProcess() throws Exception {
    Path file = folder.resolve("sessions");
    sessions = restarted(file);
    Session asked = sessions.ask(ADA, OPERATE).orElseThrow();
    sessions.approve(asked.id(), person(LEAD));
    Session search = sessions.use("eve", SEARCH).orElseThrow();
    sessions.revoke(new Revocation.OfSession(search.id()), "test");
    sessions.revoke(new Revocation.OfToken("t1"), "test");
    sessions.revoke(new Revocation.OfKey("k"), "test");
    sessions.reinstate(new Revocation.OfKey("k"), "test");
    sessions.close();

    sessions = restarted(file);
    assertTrue(operates(ADA));
    assertTrue(sessions.use("eve", SEARCH).isEmpty());
    assertThrows(RefusedException.class, () -> sessions.admit(bearer("i", "s", "t1")));
    sessions.admit(keyed(ADA, "k"));
    sessions.turnTo(new Generation(2, "second"), gateway(MAX, RECHECK));
    sessions.close();

    sessions = restarted(file);
    assertFalse(operates(ADA), "the turn to another generation was kept");
    assertThrows(RefusedException.class, () -> sessions.admit(bearer("i", "s", "t1")));
    sessions.close();
  }

  @Test
  void aLineCutShortByACrashIsDroppedAndNothingElseIs() throws Exception {
    Path file = folder.resolve("sessions");
    sessions = restarted(file);
    sessions.revoke(new Revocation.OfToken("t1"), "test");
    sessions.revoke(new Revocation.OfToken("t2"), "test");
    sessions.close();
    String kept = Files.readString(file).stripTrailing();
    assertEquals(2, kept.lines().count());

    Files.writeString(file, kept.substring(0, kept.length() - 3));
    sessions = restarted(file);
    assertEquals(List.of(new Revocation.OfToken("t1")), sessions.revoked());
    sessions.revoke(new Revocation.OfToken("t3"), "test");
    sessions.close();
    sessions = restarted(file);
    assertEquals(
        List.of(new Revocation.OfToken("t1"), new Revocation.OfToken("t3")), sessions.revoked());
    sessions.close();

    Files.writeString(file, "{\"kept\":\"revo\n" + kept + "\n");
    IOException e = assertThrows(IOException.class, () -> SessionFile.open(file));
    assertTrue(e.getMessage().contains("line 1"), e.getMessage());
    Files.writeString(file, "{\"kept\":\"whatever\"}\n" + kept + "\n", StandardCharsets.UTF_8);
    assertThrows(IOException.class, () -> SessionFile.open(file));
  }

  @Test
  void theFileKeepsAReserve() throws Exception {
    Path file = folder.resolve("sessions");
    sessions = restarted(file);
    for (int i = 0; i < 2000; i++) {
      sessions.revoke(new Revocation.OfToken("token-" + i), "test");
      String content = Files.readString(file);
      assertTrue(
          content.length() - content.stripTrailing().length() >= SessionFile.RESERVE_BYTES / 2);
      i += 99;
    }
    sessions.close();
  }

  @Test
  void oneFileServesOneGateway() throws Exception {
    Path file = folder.resolve("sessions");
    SessionFile first = SessionFile.open(file);
    IOException e = assertThrows(IOException.class, () -> SessionFile.open(file));
    assertTrue(e.getMessage().contains("another gateway"), e.getMessage());
    first.close();
    SessionFile.open(file).close();
  }
}
