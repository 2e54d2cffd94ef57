package io.ringfence.gateway.serve;

import io.ringfence.gateway.exchange.Caller;
import io.ringfence.gateway.exchange.Decision;
import io.ringfence.gateway.exchange.Gatekeeper;
import io.ringfence.gateway.policy.Observations;
import io.ringfence.gateway.request.Operation;
import io.ringfence.gateway.request.Touch;
import io.ringfence.gateway.session.Session;
import io.ringfence.gateway.signal.GatewayMetrics;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Lets pass what observed rules deny, until they expire, and says so in the decision's rule. It
 * stands in the place of a gatekeeper, where a request is authenticated and wholly parsed; that, a
 * tenant's scope and the check of the answer are enforced by others, always.
 *
 * @param enforcing decides first; what it permits, or would after an approval, is as it says
 * @param relaxed decides as if observed rules limited nothing but who and whose
 */
record ObservingGatekeeper(
    Gatekeeper enforcing,
    Gatekeeper relaxed,
    Observations observations,
    InstantSource clock,
    GatewayMetrics metrics)
    implements Gatekeeper {
  @Override
  public Decision decide(Caller caller, Operation operation) {
    Decision decision = enforcing.decide(caller, operation);
    return decision.permitted() || !decision.sessions().isEmpty()
        ? decision
        : observed(caller, operation);
  }

  private Decision observed(Caller caller, Operation operation) {
    Instant now = clock.instant();
    List<Decision> parts = new ArrayList<>();
    for (Operation part : parts(operation)) {
      Decision decision = relaxed.decide(caller, part);
      if (!decision.permitted() || expired(decision, now)) {
        return Decision.DENIED;
      }
      parts.add(decision);
    }
    Optional<Decision> first = parts.stream().filter(p -> observation(p).isPresent()).findFirst();
    if (first.isEmpty()) {
      return Decision.DENIED;
    }
    metrics.observed(observation(first.get()).get().rule().name());
    List<Session> sessions = parts.stream().flatMap(p -> p.sessions().stream()).distinct().toList();
    return new Decision(true, first.get().rule(), first.get().at(), sessions);
  }

  /** Each touch is decided by itself, so that each names the rule that lets it pass. */
  private static List<Operation> parts(Operation operation) {
    return operation.touches().isEmpty()
        ? List.of(operation)
        : operation.touches().stream().map(t -> part(operation, t)).toList();
  }

  private static Operation part(Operation operation, Touch touch) {
    return new Operation(operation.name(), List.of(touch), operation.size());
  }

  private Optional<Observations.Observation> observation(Decision decision) {
    return decision.rule().flatMap(observations::decider);
  }

  private boolean expired(Decision decision, Instant now) {
    return observation(decision).filter(o -> !o.inForce(now)).isPresent();
  }
}
