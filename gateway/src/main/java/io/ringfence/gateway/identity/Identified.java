package io.ringfence.gateway.identity;

import io.ringfence.gateway.policy.Credentials;
import java.time.Instant;
import java.util.Map;

/**
 * A caller's proofs, verified.
 *
 * @param facts by dotted name, what conditions read: {@code claims} and {@code device}
 * @param until when the first of the proofs expires
 */
public record Identified(Credentials credentials, Map<String, Object> facts, Instant until) {
  public Identified {
    facts = Map.copyOf(facts);
  }
}
