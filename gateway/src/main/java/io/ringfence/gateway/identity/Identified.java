package io.ringfence.gateway.identity;

import io.ringfence.gateway.policy.Credentials;
import java.time.Instant;
import java.util.Map;

/**
 * A caller's proofs, verified.
 *
 * @param name tells this caller from every other, for people too: its SPIFFE ID, or its token's
 *     issuer and subject, or both
 * @param marks by which its proofs can be revoked
 * @param facts by dotted name, what conditions read: {@code claims} and {@code device}
 * @param until when the first of the proofs expires
 */
public record Identified(
    Credentials credentials, String name, Marks marks, Map<String, Object> facts, Instant until) {
  public Identified {
    facts = Map.copyOf(facts);
  }
}
