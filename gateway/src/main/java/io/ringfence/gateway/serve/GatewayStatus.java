package io.ringfence.gateway.serve;

import io.ringfence.gateway.policy.Generation;
import io.ringfence.gateway.policy.Observations;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a gateway stands, for its operator.
 *
 * @param generation in force
 * @param refused why a newer blueprint is not, if there is one
 * @param stale what of keys or certificates could not be read anew, if anything
 * @param closed services of databases that serve nobody, and why: their own settings
 * @param observing rules whose denials pass for a while
 * @param listens by {@code WORKLOAD/SERVICE}
 * @param connections of clients
 * @param answering requests that wait for their answer
 */
public record GatewayStatus(
    String gateway,
    Generation generation,
    Optional<String> refused,
    Optional<String> stale,
    List<Observations.Observation> observing,
    boolean draining,
    List<String> closed,
    Map<String, List<InetSocketAddress>> listens,
    int connections,
    int answering) {
  /** Whether new requests should come here. */
  public boolean ready() {
    return !draining && closed.isEmpty();
  }
}
