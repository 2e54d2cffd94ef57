package io.ringfence.gateway.session;

import static io.ringfence.gateway.session.TestingPeople.LEAD;
import static io.ringfence.gateway.session.TestingPeople.gateway;
import static io.ringfence.gateway.session.TestingPeople.person;
import static io.ringfence.gateway.session.TestingPeople.rule;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.gateway.identity.TestingTime;
import io.ringfence.gateway.policy.Generation;
import io.ringfence.model.AccessRule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Whatever happens in whatever order: what sessions permit is what the history of all that happened
 * says, read from its beginning. Random histories, each by its seed.
 */
class SessionHistoryTest {
  private static final long SEED = 66;
  private static final int HISTORIES = 300;
  private static final int STEPS = 60;
  private static final Duration MAX = Duration.ofMinutes(15);
  private static final List<String> CALLERS = List.of("ada", "bob", LEAD);
  private static final List<AccessRule> RULES =
      List.of(
          rule("search", Optional.empty(), false),
          rule("operate", Optional.of(Duration.ofMinutes(30)), true),
          rule("restore", Optional.of(Duration.ofMinutes(5)), true));

  /** What happened, with what came of it. */
  private sealed interface Happened {
    record Began(Session session) implements Happened {}

    record Approved(Session session) implements Happened {}

    record Revoked(Session session) implements Happened {}

    record Turned() implements Happened {}
  }

  /** The slow twin: it knows what happened and keeps no state. */
  private record History(List<Happened> events) {
    boolean permits(String caller, AccessRule rule, Instant now) {
      boolean open = !rule.session().orElseThrow().approvalRequired();
      for (Happened event : events) {
        switch (event) {
          case Happened.Began b -> {}
          case Happened.Approved a -> {
            if (is(a.session(), caller, rule)) {
              open = now.isBefore(a.session().until());
            }
          }
          case Happened.Revoked r -> {
            if (is(r.session(), caller, rule)) {
              boolean over = !now.isBefore(r.session().until());
              open = over && !rule.session().orElseThrow().approvalRequired();
            }
          }
          case Happened.Turned t -> {
            if (rule.session().orElseThrow().approvalRequired()) {
              open = false;
            }
          }
        }
      }
      return open;
    }

    private static boolean is(Session session, String caller, AccessRule rule) {
      return session.caller().equals(caller) && session.rule().equals(rule.name());
    }
  }

  @Test
  void whatIsPermittedFollowsFromWhatHappened() {
    int permitted = 0;
    int denied = 0;
    int approved = 0;
    int revoked = 0;
    for (int h = 0; h < HISTORIES; h++) {
      Random random = new Random(SEED + h);
      TestingTime time = new TestingTime();
      Sessions sessions = new Sessions(SessionStore.inMemory(), SessionTrail.NONE, time);
      sessions.turnTo(new Generation(1, "g0"), gateway(MAX, Duration.ofSeconds(60)));
      History history = new History(new ArrayList<>());
      for (int s = 0; s < STEPS; s++) {
        step(sessions, history, time, random, s);
        for (String caller : CALLERS) {
          for (AccessRule rule : RULES) {
            boolean expected = history.permits(caller, rule, time.instant());
            Optional<Session> session = sessions.use(caller, rule);
            int step = s;
            assertEquals(
                expected,
                session.isPresent(),
                () -> caller + " " + rule.name() + ", seed " + (SEED + step) + history);
            session.ifPresent(x -> assertTrue(sessions.stands(x)));
            assertTrue(
                session.isEmpty() || !time.instant().isAfter(session.get().until()),
                "past its time");
            permitted += expected ? 1 : 0;
            denied += expected ? 0 : 1;
          }
        }
      }
      approved += history.events().stream().filter(e -> e instanceof Happened.Approved).count();
      revoked += history.events().stream().filter(e -> e instanceof Happened.Revoked).count();
    }
    System.out.printf(
        "session histories: %d permitted, %d denied, %d approvals, %d revocations, seed %d%n",
        permitted, denied, approved, revoked, SEED);
    assertTrue(permitted > 10_000 && denied > 10_000 && approved > 300 && revoked > 500);
  }

  private static void step(
      Sessions sessions, History history, TestingTime time, Random random, int number) {
    AccessRule rule = RULES.get(random.nextInt(RULES.size()));
    String caller = CALLERS.get(random.nextInt(CALLERS.size()));
    switch (random.nextInt(8)) {
      case 0, 1 -> time.pass(Duration.ofSeconds(random.nextInt(900)));
      case 2, 3 -> sessions.ask(caller, rule);
      case 4, 5 -> one(sessions, random).ifPresent(s -> approve(sessions, history, s));
      case 6 -> one(sessions, random).ifPresent(s -> revoke(sessions, history, s));
      default -> {
        if (random.nextInt(4) == 0) {
          sessions.turnTo(new Generation(2, "g" + number), gateway(MAX, Duration.ofSeconds(60)));
          history.events().add(new Happened.Turned());
        }
      }
    }
  }

  private static Optional<Session> one(Sessions sessions, Random random) {
    List<Session> all = sessions.list();
    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(random.nextInt(all.size())));
  }

  private static void approve(Sessions sessions, History history, Session session) {
    try {
      history.events().add(new Happened.Approved(sessions.approve(session.id(), person(LEAD))));
    } catch (SessionException e) {
      boolean may =
          session.state() instanceof Session.State.Waiting && !session.caller().equals(LEAD);
      assertTrue(!may, e.getMessage());
    }
  }

  private static void revoke(Sessions sessions, History history, Session session) {
    try {
      sessions.revoke(new Revocation.OfSession(session.id()), "test");
      history.events().add(new Happened.Revoked(session));
    } catch (SessionException e) {
      throw new AssertionError(e);
    }
  }
}
