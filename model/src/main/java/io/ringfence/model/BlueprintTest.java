package io.ringfence.model;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An expectation that stands in the blueprint: every flow that the ends name gets the verdict.
 *
 * @param port one port
 * @param with facts by dotted name: booleans, numbers, strings, {@link java.time.Instant}s
 */
public record BlueprintTest(
    boolean permit,
    Endpoint from,
    Endpoint to,
    PortSet port,
    Optional<String> via,
    Optional<Principal> as,
    Optional<Action> action,
    Optional<String> collection,
    Map<String, Object> with,
    SourceLocation at) {
  public BlueprintTest {
    with = Collections.unmodifiableMap(new TreeMap<>(with));
  }
}
