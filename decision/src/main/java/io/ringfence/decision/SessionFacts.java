package io.ringfence.decision;

import io.ringfence.model.Fact;
import io.ringfence.model.Request;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is known of a principal's sessions. Each is for one access rule, so that what one rule's
 * session shows says nothing under another.
 */
public interface SessionFacts {
  /** How long the session under a rule has lasted; empty when that is not known. */
  Optional<Duration> age(String rule);

  /** Whether a second person has approved the session under a rule. */
  boolean approved(String rule);

  /** The request as one rule sees it: with its session's facts, and no other's. */
  default Request under(String rule, Request request) {
    Map<String, Object> facts = new TreeMap<>(request.facts());
    facts.remove(Fact.SESSION_AGE.text());
    age(rule).ifPresent(a -> facts.put(Fact.SESSION_AGE.text(), a));
    facts.put(Fact.SESSION_APPROVED.text(), approved(rule));
    return new Request(
        request.source(),
        request.gateway(),
        request.destination(),
        request.protocol(),
        request.port(),
        request.principal(),
        request.action(),
        request.collection(),
        facts);
  }
}
