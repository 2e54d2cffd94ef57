package io.ringfence.gateway.session;

import io.ringfence.decision.SessionFacts;
import io.ringfence.gateway.identity.Identified;
import io.ringfence.gateway.policy.Generation;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.model.AccessRule;
import io.ringfence.model.Gateway;
import io.ringfence.model.SessionTerms;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All sessions of a gateway.
 *
 * <p>INVARIANT (an approval opens one door once): it counts for one caller under one rule, in the
 * generation of the policy in which it was given, until the session ends.
 *
 * <p>INVARIANT (a revocation holds): from the moment that it is made nothing that it names permits,
 * whether or not it could be kept for good.
 */
public final class Sessions implements SessionDesk, AutoCloseable {
  /** How many there are at most; callers beyond are refused. */
  static final int SESSIONS_MAX = 100_000;

  /** How many wait for approval at most; what is asked for beyond is not kept. */
  static final int WAITING_MAX = 1_000;

  /** Between searches for what is over, however many callers there are. */
  private static final Duration SWEEP_PAUSE = Duration.ofSeconds(1);

  private static final int ID_BYTES = 10;

  private final ConcurrentHashMap<Session.Key, Session> sessions = new ConcurrentHashMap<>();
  private final SessionStore store;
  private final SessionRecorder recorder;
  private final InstantSource time;
  private final SecureRandom random = new SecureRandom();
  private volatile Revocations revocations = Revocations.NONE;
  private volatile Gateway.Sessions terms = Gateway.Sessions.DEFAULT;
  private volatile List<String> approvers = List.of();
  private volatile String generation = "";
  private volatile Instant swept = Instant.EPOCH;
  private volatile Runnable onChange = () -> {};

  public Sessions(SessionStore store, SessionTrail trail, InstantSource time) {
    this.store = store;
    this.recorder = new SessionRecorder(trail);
    this.time = time;
    restore();
  }

  private void restore() {
    for (SessionStore.Entry entry : store.entries()) {
      switch (entry) {
        case SessionStore.Entry.OfSession kept -> {
          dropApprovals(kept.generation());
          sessions.put(kept.session().key(), kept.session());
        }
        case SessionStore.Entry.Turned kept -> dropApprovals(kept.generation());
        case SessionStore.Entry.Revoked kept -> revocations = revocations.with(kept.what());
        case SessionStore.Entry.Reinstated kept -> revocations = revocations.without(kept.what());
      }
    }
    forgetWhatIsOver();
  }

  /** Says what is to be done when a revocation or a new generation may have ended something. */
  public void onChange(Runnable what) {
    onChange = what;
  }

  /** Goes by another generation of the policy: its terms, its approvers, and no old approval. */
  public synchronized void turnTo(Generation next, Gateway gateway) {
    terms = gateway.sessions();
    approvers = gateway.approvers();
    if (dropApprovals(next.hash())) {
      keepIfPossible(new SessionStore.Entry.Turned(next.hash()));
    }
    onChange.run();
  }

  /** Forgets what was asked and approved in another generation; true when there was such. */
  private boolean dropApprovals(String next) {
    if (next.equals(generation)) {
      return false;
    }
    generation = next;
    return sessions
        .values()
        .removeIf(
            s ->
                switch (s.state()) {
                  case Session.State.Waiting w -> true;
                  case Session.State.Live live -> live.approver().isPresent();
                  case Session.State.Revoked r -> false;
                });
  }

  // --- Callers ---

  /**
   * @throws RefusedException when something that the caller shows is revoked
   */
  public void admit(Identified who) throws RefusedException {
    if (revocations.of(who).isPresent()) {
      throw new RefusedException(
          Refusal.Kind.UNAUTHENTICATED, "what was shown as proof of identity is revoked");
    }
  }

  /** What is known of a caller's sessions, for its requests to be decided by. */
  public SessionFacts of(String caller) {
    return new SessionFacts() {
      @Override
      public Optional<Duration> age(String rule) {
        Session session = sessions.get(new Session.Key(caller, rule));
        Instant now = time.instant();
        // What is asked without a session begins one.
        return Optional.of(
            session != null && session.stands(now)
                ? Duration.between(session.since(), now)
                : Duration.ZERO);
      }

      @Override
      public boolean approved(String rule) {
        Session session = sessions.get(new Session.Key(caller, rule));
        return session != null && session.approved(time.instant());
      }
    };
  }

  /**
   * The session under which a rule permits a caller something: the one there is, or a new one.
   *
   * @return empty when the rule does not permit it after all: its session is revoked, not approved,
   *     or one too many
   */
  public Optional<Session> use(String caller, AccessRule rule) {
    Session.Key key = new Session.Key(caller, rule.name());
    Instant now = time.instant();
    Session there = sessions.get(key);
    if (there != null && there.stands(now) && (!needsApproval(rule) || there.approved(now))) {
      return Optional.of(there);
    }
    return needsApproval(rule) || isFull() ? Optional.empty() : begin(key, rule, now);
  }

  private Optional<Session> begin(Session.Key key, AccessRule rule, Instant now) {
    Session begun = Session.begun(newId(), key, lasts(rule), now);
    Session before = sessions.get(key);
    Session there = sessions.compute(key, (k, old) -> old != null && keeps(old, now) ? old : begun);
    if (there == begun && before != null && before.over(now)) {
      expired(before, now);
    }
    if (there == begun) {
      recorder.later(new SessionEvent.Began(now, begun));
    }
    return there.stands(now) ? Optional.of(there) : Optional.empty();
  }

  /** What waits for an approval that is no longer demanded makes way. */
  private static boolean keeps(Session there, Instant now) {
    return !there.over(now) && !(there.state() instanceof Session.State.Waiting);
  }

  /** A session that waits for approval; empty when none may be asked for. */
  public Optional<Session> ask(String caller, AccessRule rule) {
    Session.Key key = new Session.Key(caller, rule.name());
    Instant now = time.instant();
    Session there = sessions.get(key);
    if (there == null || stale(there, now)) {
      if (!needsApproval(rule) || isFull() || waiting() >= WAITING_MAX) {
        return Optional.empty();
      }
      Session asked = Session.asked(newId(), key, lasts(rule), now);
      there = sessions.compute(key, (k, old) -> old != null && !stale(old, now) ? old : asked);
      if (there == asked) {
        recorder.later(new SessionEvent.Asked(now, asked));
      }
    }
    return there.state() instanceof Session.State.Waiting ? Optional.of(there) : Optional.empty();
  }

  /** Over, or begun when the rule did not yet demand approval. */
  private static boolean stale(Session session, Instant now) {
    return session.over(now)
        || (session.state() instanceof Session.State.Live live && live.approver().isEmpty());
  }

  /** Whether it is still the session that it was, and permits. */
  public boolean stands(Session session) {
    Session now = sessions.get(session.key());
    return now != null && now.id().equals(session.id()) && now.stands(time.instant());
  }

  private static boolean needsApproval(AccessRule rule) {
    return rule.session().filter(SessionTerms::approvalRequired).isPresent();
  }

  /** A rule's own bound goes before the gateway's. */
  private Duration lasts(AccessRule rule) {
    return rule.session().flatMap(SessionTerms::max).orElse(terms.max());
  }

  private boolean isFull() {
    if (sessions.mappingCount() >= SESSIONS_MAX
        && !time.instant().isBefore(swept.plus(SWEEP_PAUSE))) {
      forgetWhatIsOver();
    }
    return sessions.mappingCount() >= SESSIONS_MAX;
  }

  private long waiting() {
    Instant now = time.instant();
    return sessions.values().stream()
        .filter(s -> s.state() instanceof Session.State.Waiting && !s.over(now))
        .count();
  }

  void forgetWhatIsOver() {
    Instant now = time.instant();
    swept = now;
    sessions.values().removeIf(s -> s.over(now) && expired(s, now));
  }

  private boolean expired(Session session, Instant now) {
    recorder.later(new SessionEvent.Expired(now, session));
    return true;
  }

  private String newId() {
    byte[] bytes = new byte[ID_BYTES];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** How often everything that runs is decided again. */
  public Duration recheck() {
    return terms.recheck();
  }

  // --- Operators ---

  @Override
  public List<Session> list() {
    Instant now = time.instant();
    return sessions.values().stream()
        .filter(s -> !s.over(now))
        .sorted(Comparator.comparing(Session::caller).thenComparing(Session::rule))
        .toList();
  }

  @Override
  public synchronized Session approve(String id, Identified approver) throws SessionException {
    Instant now = time.instant();
    try {
      Session waiting = waiting(id, now);
      checkApprover(waiting, approver);
      Session approved = waiting.approved(approver.name(), lasts(waiting), now);
      recorder.now(new SessionEvent.Approved(now, approved, approver.name()));
      if (!sessions.replace(waiting.key(), waiting, approved)) {
        throw new SessionException("session `" + id + "` has changed meanwhile; look again");
      }
      keepIfPossible(new SessionStore.Entry.OfSession(approved, generation));
      return approved;
    } catch (IOException e) {
      throw new SessionException("the approval cannot be recorded, so that it is none", e);
    } catch (SessionException e) {
      recorder.later(new SessionEvent.ApprovalRefused(now, id, approver.name(), e.getMessage()));
      throw e;
    }
  }

  private static Duration lasts(Session waiting) {
    return ((Session.State.Waiting) waiting.state()).lasts();
  }

  private Session waiting(String id, Instant now) throws SessionException {
    Session found = find(id, now);
    if (!(found.state() instanceof Session.State.Waiting)) {
      throw new SessionException("session `" + id + "` does not wait for approval");
    }
    return found;
  }

  private Session find(String id, Instant now) throws SessionException {
    return sessions.values().stream()
        .filter(s -> s.id().equals(id) && !s.over(now))
        .findFirst()
        .orElseThrow(() -> new SessionException("there is no session `" + id + "`"));
  }

  /** A key or a token is in more hands than a certificate's key is, an operator's among them. */
  private void checkApprover(Session waiting, Identified approver) throws SessionException {
    Optional<String> id = approver.credentials().spiffeId();
    if (id.isEmpty() || approver.marks().certificate().isEmpty()) {
      throw new SessionException("who approves shows a certificate of their own");
    }
    if (!approvers.contains(id.get())) {
      throw new SessionException("`" + id.get() + "` is not among `approvers`");
    }
    if (revocations.of(approver).isPresent() || !time.instant().isBefore(approver.until())) {
      throw new SessionException("what the approver shows counts no longer");
    }
    if (!Collections.disjoint(names(waiting.caller()), names(approver.name()))) {
      throw new SessionException("nobody approves what they ask for themselves");
    }
  }

  /** A caller's name is its SPIFFE ID, a token's subject, or both. */
  private static List<String> names(String caller) {
    return Arrays.asList(caller.split(" with "));
  }

  @Override
  public synchronized void revoke(Revocation what, String by) throws SessionException {
    Instant now = time.instant();
    SessionStore.Entry entry =
        switch (what) {
          case Revocation.OfSession session -> revokeSession(session, now);
          case Revocation.OfPrincipal p -> revokeForGood(p);
          case Revocation.OfToken t -> revokeForGood(t);
          case Revocation.OfCertificate c -> revokeForGood(c);
          case Revocation.OfKey k -> revokeForGood(k);
        };
    onChange.run();
    keep(entry, "is revoked for now, but not after a restart");
    record(new SessionEvent.Revoked(now, what, by), "is revoked, but that is not recorded");
  }

  private SessionStore.Entry revokeSession(Revocation.OfSession what, Instant now)
      throws SessionException {
    Session revoked = find(what.id(), now).revoked();
    sessions.put(revoked.key(), revoked);
    return new SessionStore.Entry.OfSession(revoked, generation);
  }

  private SessionStore.Entry revokeForGood(Revocation what) throws SessionException {
    if (revocations.holds(what)) {
      throw new SessionException("`" + what.text() + "` is revoked already");
    }
    if (revocations.list().size() >= Revocations.COUNT_MAX) {
      throw new SessionException(
          "there are "
              + Revocations.COUNT_MAX
              + " revocations; reinstate some that no longer matter");
    }
    revocations = revocations.with(what);
    return new SessionStore.Entry.Revoked(what);
  }

  @Override
  public synchronized void reinstate(Revocation what, String by) throws SessionException {
    if (!revocations.holds(what)) {
      throw new SessionException("`" + what.text() + "` is not revoked");
    }
    Instant now = time.instant();
    keep(new SessionStore.Entry.Reinstated(what), "stays revoked");
    record(new SessionEvent.Reinstated(now, what, by), "stays revoked until a restart");
    revocations = revocations.without(what);
  }

  private void keep(SessionStore.Entry entry, String otherwise) throws SessionException {
    try {
      store.keep(entry);
    } catch (IOException e) {
      throw new SessionException("it cannot be kept for good, so that it " + otherwise, e);
    }
  }

  private void record(SessionEvent event, String otherwise) throws SessionException {
    try {
      recorder.now(event);
    } catch (IOException e) {
      throw new SessionException("it cannot be recorded: it " + otherwise, e);
    }
  }

  /** An approval that does not outlive a restart is asked for again, and harms nobody. */
  private void keepIfPossible(SessionStore.Entry entry) {
    try {
      store.keep(entry);
    } catch (IOException e) {
      recorder.missed();
    }
  }

  @Override
  public List<Revocation> revoked() {
    return revocations.list();
  }

  void ended(String caller, String why) {
    recorder.later(new SessionEvent.StreamEnded(time.instant(), caller, why));
  }

  /** How much could not be recorded or kept, of what nobody waits for. */
  public long unrecorded() {
    return recorder.missedCount();
  }

  @Override
  public void close() throws IOException {
    recorder.close();
    store.close();
  }
}
