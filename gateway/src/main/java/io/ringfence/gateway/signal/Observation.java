package io.ringfence.gateway.signal;

import java.time.Instant;

/**
 * What is observed instead of enforced, and until when.
 *
 * @param name of the rule or segment, for readiness and metrics
 * @param until after it everything is enforced again
 */
public record Observation(String name, Instant until) {}
