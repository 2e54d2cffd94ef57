package io.ringfence.gateway.session;

import static io.ringfence.gateway.session.TestingPeople.ADA;
import static io.ringfence.gateway.session.TestingPeople.gateway;
import static io.ringfence.gateway.session.TestingPeople.person;
import static io.ringfence.gateway.session.TestingPeople.rule;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.gateway.identity.SteadyTime;
import io.ringfence.gateway.identity.TestingTime;
import io.ringfence.gateway.policy.Generation;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.model.AccessRule;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nothing outlives its permission. */
class LiveStreamsTest {
  private static final AccessRule SEARCH = rule("search", Optional.empty(), false);
  private static final Duration LONG = Duration.ofHours(1);

  private final TestingTime time = new TestingTime();
  private final Sessions sessions = new Sessions(SessionStore.inMemory(), SessionTrail.NONE, time);
  private LiveStreams streams = streams(sessions, LONG);

  private static LiveStreams streams(Sessions sessions, Duration recheck) {
    sessions.turnTo(new Generation(1, "g"), gateway(LONG, recheck));
    return new LiveStreams(sessions);
  }

  @AfterEach
  void close() {
    streams.close();
  }

  /** One that knows why it ended. */
  private static final class TestingStream implements LiveStreams.Stream {
    private final List<Session> under;
    private final Supplier<Optional<String>> refusal;
    private final AtomicInteger ends = new AtomicInteger();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile String why;

    TestingStream(List<Session> under, Supplier<Optional<String>> refusal) {
      this.under = under;
      this.refusal = refusal;
    }

    @Override
    public String caller() {
      return ADA;
    }

    @Override
    public List<Session> sessions() {
      return under;
    }

    @Override
    public Optional<String> refusal() {
      return refusal.get();
    }

    @Override
    public void end(String because) {
      why = because;
      ends.incrementAndGet();
      ended.countDown();
    }
  }

  private Optional<String> admitted() {
    try {
      sessions.admit(person(ADA));
      return Optional.empty();
    } catch (RefusedException e) {
      return Optional.of(e.refusal().text());
    }
  }

  @Test
  void aStreamRunsWhileItsSessionStands() {
    TestingStream stream =
        new TestingStream(List.of(sessions.use(ADA, SEARCH).orElseThrow()), Optional::empty);
    streams.add(stream);
    time.pass(LONG.minusMillis(1));
    streams.recheck();
    assertEquals(0, stream.ends.get());
    time.pass(Duration.ofMillis(1));
    streams.recheck();
    streams.recheck();
    assertEquals(1, stream.ends.get());
    assertEquals(0, streams.count());
  }

  @Test
  void itEndsAtOnceWhenItsCallerOrItsSessionIsRevoked() throws Exception {
    Session session = sessions.use(ADA, SEARCH).orElseThrow();
    TestingStream byCaller = new TestingStream(List.of(), this::admitted);
    TestingStream bySession = new TestingStream(List.of(session), Optional::empty);
    streams.add(byCaller);
    streams.add(bySession);
    sessions.revoke(new Revocation.OfSession(session.id()), "test");
    assertTrue(bySession.ended.await(10, TimeUnit.SECONDS), "not after an hour");
    assertEquals(0, byCaller.ends.get());
    sessions.revoke(new Revocation.OfPrincipal(ADA), "test");
    assertTrue(byCaller.ended.await(10, TimeUnit.SECONDS));
    assertTrue(byCaller.why.contains("revoked"), byCaller.why);
  }

  @Test
  void itEndsAtTheSwitchOfGenerationsWhenTheNewOneDeniesIt() throws Exception {
    String[] policy = {"permits"};
    TestingStream stream =
        new TestingStream(
            List.of(),
            () -> policy[0].equals("permits") ? Optional.empty() : Optional.of("denied"));
    streams.add(stream);
    sessions.turnTo(new Generation(2, "g2"), gateway(LONG, LONG));
    streams.recheck();
    assertEquals(0, stream.ends.get());
    policy[0] = "denies";
    sessions.turnTo(new Generation(3, "g3"), gateway(LONG, LONG));
    assertTrue(stream.ended.await(10, TimeUnit.SECONDS));
  }

  @Test
  void whatCannotBeDecidedAgainEnds() {
    TestingStream broken =
        new TestingStream(
            List.of(),
            () -> {
              throw new IllegalStateException();
            });
    TestingStream whole = new TestingStream(List.of(), Optional::empty);
    streams.add(broken);
    streams.add(whole);
    streams.recheck();
    assertEquals(1, broken.ends.get());
    assertEquals(0, whole.ends.get());
  }

  @Test
  void aStreamThatIsDoneIsEndedByNobody() {
    TestingStream stream = new TestingStream(List.of(), () -> Optional.of("denied"));
    streams.add(stream);
    streams.done(stream);
    streams.recheck();
    assertEquals(0, stream.ends.get());
  }

  /** With a real clock: what changes with nobody saying so is found within the interval. */
  @Test
  void itEndsWithinTheRecheckInterval() throws Exception {
    streams.close();
    Duration recheck = Duration.ofMillis(1000);
    Sessions real = new Sessions(SessionStore.inMemory(), SessionTrail.NONE, new SteadyTime());
    streams = streams(real, recheck);
    boolean[] healthy = {true};
    TestingStream stream =
        new TestingStream(
            List.of(), () -> healthy[0] ? Optional.empty() : Optional.of("device is not healthy"));
    streams.add(stream);
    Thread.sleep(1200);
    assertEquals(0, stream.ends.get());
    healthy[0] = false;
    long from = System.nanoTime();
    assertTrue(stream.ended.await(10, TimeUnit.SECONDS));
    Duration took = Duration.ofNanos(System.nanoTime() - from);
    assertTrue(took.compareTo(recheck) <= 0, "took " + took);
  }
}
