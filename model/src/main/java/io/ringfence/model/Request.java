package io.ringfence.model;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An operation on a database, asked for through a gateway.
 *
 * @param destination the address of the workload that serves it, behind the gateway
 * @param collection its server name, when the action names one
 * @param facts by dotted name, what conditions read
 */
public record Request(
    Address source,
    String gateway,
    Address destination,
    Protocol protocol,
    int port,
    Principal principal,
    Action action,
    Optional<String> collection,
    Map<String, Object> facts) {
  public Request {
    facts = Collections.unmodifiableMap(new TreeMap<>(facts));
  }
}
