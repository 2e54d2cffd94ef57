package io.ringfence.gateway.signal;

import io.ringfence.gateway.exchange.Caller;
import io.ringfence.gateway.exchange.Decision;
import io.ringfence.gateway.exchange.Gatekeeper;
import io.ringfence.gateway.request.Operation;
import io.ringfence.model.SourceLocation;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Lets pass what no rule permits, while an observation is in force, and says so in the decision's
 * record. It stands in the place of a gatekeeper, where a request is authenticated and wholly
 * parsed; that, a tenant's scope and the check of the answer are enforced by others, always.
 */
public final class ObservingGatekeeper implements Gatekeeper {
  /** What the rule's name begins with where none permitted. */
  public static final String MARK = "observed:";

  private final Gatekeeper gatekeeper;
  private final List<Observation> observations;
  private final InstantSource clock;
  private final GatewayMetrics metrics;

  public ObservingGatekeeper(
      Gatekeeper gatekeeper,
      List<Observation> observations,
      InstantSource clock,
      GatewayMetrics metrics) {
    this.gatekeeper = gatekeeper;
    this.observations = List.copyOf(observations);
    this.clock = clock;
    this.metrics = metrics;
  }

  @Override
  public Decision decide(Caller caller, Operation operation) {
    Decision decision = gatekeeper.decide(caller, operation);
    if (decision.permitted()) {
      return decision;
    }
    List<Observation> now = inForce();
    metrics.observing(now.size());
    Optional<Observation> observation = now.stream().findFirst();
    if (observation.isEmpty()) {
      return decision;
    }
    metrics.observed(observation.get().name());
    return Decision.permit(MARK + observation.get().name(), SourceLocation.BUILT_IN);
  }

  /** Which observations have not expired. */
  public List<Observation> inForce() {
    return observations.stream().filter(o -> clock.instant().isBefore(o.until())).toList();
  }
}
