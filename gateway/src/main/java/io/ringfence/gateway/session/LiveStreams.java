package io.ringfence.gateway.session;

import io.ringfence.gateway.identity.Background;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What runs: each stream is decided again and again, and ended when it would not be permitted now.
 *
 * <p>INVARIANT (nothing outlives its permission): a stream ends within the recheck interval after
 * its identity, its session, its device, its condition or the policy permits it no longer; at once
 * where an operator revokes. What cannot be decided again ends.
 */
public final class LiveStreams implements AutoCloseable {
  /** So often at most, whatever interval the blueprint says. */
  static final Duration PAUSE_MIN = Duration.ofMillis(20);

  /** Something that runs on after it was permitted. */
  public interface Stream {
    /** Its caller's name. */
    String caller();

    /** The sessions that it was permitted under. */
    List<Session> sessions();

    /** Decides it again, from its proofs of identity on; why not, when it is not permitted now. */
    Optional<String> refusal();

    /** Ends it; called once. */
    void end(String why);
  }

  private final Sessions sessions;
  private final Set<Stream> running = ConcurrentHashMap.newKeySet();
  private final Background rechecking;

  public LiveStreams(Sessions sessions) {
    this.sessions = sessions;
    rechecking = Background.start("recheck streams", this::step);
    sessions.onChange(rechecking::wake);
  }

  /** Watches a stream until it is {@link #done}. */
  public void add(Stream stream) {
    running.add(stream);
  }

  /** It ended by itself. */
  public void done(Stream stream) {
    running.remove(stream);
  }

  public int count() {
    return running.size();
  }

  /** Twice in an interval, so that what ends just after one look is found in time. */
  private Duration step() {
    recheck();
    sessions.forgetWhatIsOver();
    Duration half = sessions.recheck().dividedBy(2);
    return half.compareTo(PAUSE_MIN) < 0 ? PAUSE_MIN : half;
  }

  /** Decides everything that runs again, now. */
  public void recheck() {
    for (Stream stream : running) {
      refusal(stream).ifPresent(why -> end(stream, why));
    }
  }

  private Optional<String> refusal(Stream stream) {
    try {
      boolean stand = stream.sessions().stream().allMatch(sessions::stands);
      return stand ? stream.refusal() : Optional.of("its session is over");
    } catch (RuntimeException e) {
      return Optional.of("it cannot be decided again");
    }
  }

  private void end(Stream stream, String why) {
    if (!running.remove(stream)) {
      return;
    }
    sessions.ended(stream.caller(), why);
    try {
      stream.end(why);
    } catch (RuntimeException e) {
      // One that fails to end ends no other's recheck.
    }
  }

  @Override
  public void close() {
    rechecking.close();
  }
}
