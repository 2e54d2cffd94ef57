package io.ringfence.gateway.session;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What of a history of sessions still counts: whoever reads it knows the same as of all of it. */
final class CountingEntries {
  private final Map<Session.Key, SessionStore.Entry.OfSession> sessions = new LinkedHashMap<>();
  private final Set<Revocation> revoked = new LinkedHashSet<>();
  private String generation = "";

  private CountingEntries() {}

  /**
   * @param now what is over then counts no more
   */
  static List<SessionStore.Entry> of(List<SessionStore.Entry> history, Instant now) {
    CountingEntries out = new CountingEntries();
    history.forEach(out::take);
    return out.counting(now);
  }

  private void take(SessionStore.Entry entry) {
    switch (entry) {
      case SessionStore.Entry.OfSession kept -> {
        turn(kept.generation());
        sessions.remove(kept.session().key());
        sessions.put(kept.session().key(), kept);
      }
      case SessionStore.Entry.Turned kept -> turn(kept.generation());
      case SessionStore.Entry.Revoked kept -> revoked.add(kept.what());
      case SessionStore.Entry.Reinstated kept -> revoked.remove(kept.what());
    }
  }

  /** What was approved in another generation counts no more. */
  private void turn(String next) {
    if (!next.equals(generation)) {
      generation = next;
      sessions
          .values()
          .removeIf(
              s ->
                  s.session().state() instanceof Session.State.Live live
                      && live.approver().isPresent());
    }
  }

  private List<SessionStore.Entry> counting(Instant now) {
    List<SessionStore.Entry> out = new ArrayList<>();
    revoked.forEach(r -> out.add(new SessionStore.Entry.Revoked(r)));
    sessions.values().stream().filter(s -> !s.session().over(now)).forEach(out::add);
    if (!generation.isEmpty()) {
      out.add(new SessionStore.Entry.Turned(generation));
    }
    return out;
  }
}
