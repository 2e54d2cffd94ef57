package io.ringfence.gateway.identity;

import io.ringfence.gateway.policy.Credentials;
import java.time.Instant;
import java.util.Map;

/**
 * A token that its issuer's key verified, with all that follows from it alone.
 *
 * @param subject {@code ISSUER#SUBJECT}
 * @param mark by which it can be revoked
 * @param facts by dotted name: {@code claims}, and {@code device} where a claim tells of it
 * @param key that verified it
 * @param expires its {@code exp}, the skew of clocks aside
 */
record VerifiedToken(
    Credentials.Token token,
    String subject,
    String mark,
    Map<String, Object> facts,
    VerificationKey key,
    Instant expires) {}
