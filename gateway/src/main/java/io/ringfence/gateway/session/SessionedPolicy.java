package io.ringfence.gateway.session;

import io.ringfence.decision.SessionFacts;
import io.ringfence.gateway.policy.CompiledPolicy;
import io.ringfence.model.AccessRule;
import io.ringfence.model.Request;
import io.ringfence.model.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides what callers ask, with their sessions: each permission is under one that stands, and a
 * denial for want of an approval asks for it.
 */
public record SessionedPolicy(CompiledPolicy policy, Sessions sessions) {
  /** What everything would be if a second person had approved it, just now. */
  private static final SessionFacts AS_IF_APPROVED =
      new SessionFacts() {
        @Override
        public Optional<Duration> age(String rule) {
          return Optional.of(Duration.ZERO);
        }

        @Override
        public boolean approved(String rule) {
          return true;
        }
      };

  /** What became of a question. */
  public sealed interface Outcome {
    /**
     * @param first verdict, of several
     * @param sessions that it is permitted under: when one of them ends, so does what runs
     */
    record Permitted(Verdict first, List<Session> sessions) implements Outcome {}

    /**
     * @param waiting for a second person, which is all that is missing; none where more is
     */
    record Denied(List<Session> waiting) implements Outcome {}
  }

  private static final Outcome DENIED = new Outcome.Denied(List.of());

  /** All of what is asked, or nothing. */
  public Outcome decide(String caller, List<Request> asked) {
    SessionFacts facts = sessions.of(caller);
    Verdict first = null;
    List<Session> under = new ArrayList<>(1);
    for (Request request : asked) {
      Verdict verdict = policy.decide(request, facts);
      if (!verdict.permitted()) {
        return policy.demandsApproval() ? ask(caller, asked, facts) : DENIED;
      }
      Optional<Session> session = policy.rule(verdict).flatMap(r -> sessions.use(caller, r));
      if (session.isEmpty()) {
        return DENIED;
      }
      first = first == null ? verdict : first;
      if (!under.contains(session.get())) {
        under.add(session.get());
      }
    }
    return first == null ? DENIED : new Outcome.Permitted(first, under);
  }

  /** Asks for what is missing, if approvals are all that is. */
  private Outcome ask(String caller, List<Request> asked, SessionFacts facts) {
    List<AccessRule> rules = new ArrayList<>();
    for (Request request : asked) {
      Verdict now = policy.decide(request, facts);
      Verdict verdict = now.permitted() ? now : policy.decide(request, AS_IF_APPROVED);
      Optional<AccessRule> rule = verdict.permitted() ? policy.rule(verdict) : Optional.empty();
      if (rule.isEmpty()) {
        return DENIED;
      }
      if (!now.permitted()) {
        rules.add(rule.get());
      }
    }
    List<Session> waiting =
        rules.stream().distinct().flatMap(r -> sessions.ask(caller, r).stream()).toList();
    return new Outcome.Denied(waiting);
  }
}
