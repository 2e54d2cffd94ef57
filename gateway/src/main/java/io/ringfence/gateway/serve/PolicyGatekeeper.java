package io.ringfence.gateway.serve;

import io.ringfence.gateway.exchange.Caller;
import io.ringfence.gateway.exchange.Decision;
import io.ringfence.gateway.exchange.Gatekeeper;
import io.ringfence.gateway.policy.CompiledPolicy;
import io.ringfence.gateway.request.Operation;
import io.ringfence.gateway.request.Touch;
import io.ringfence.gateway.session.SessionedPolicy;
import io.ringfence.gateway.session.Sessions;
import io.ringfence.model.Action;
import io.ringfence.model.Address;
import io.ringfence.model.Protocol;
import io.ringfence.model.Request;
import io.ringfence.model.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides operations on one service by one generation of the policy.
 *
 * <p>INVARIANT (all or nothing): an operation is permitted when each of its touches is; one that
 * touches nothing greets, and is permitted to whomever some rule permits something there.
 *
 * @param destination the database, as rules name it
 */
record PolicyGatekeeper(SessionedPolicy policy, String gateway, Address destination, int port)
    implements Gatekeeper {
  PolicyGatekeeper(
      CompiledPolicy policy, Sessions sessions, String gateway, Address destination, int port) {
    this(new SessionedPolicy(policy, sessions), gateway, destination, port);
  }

  @Override
  public Decision decide(Caller caller, Operation operation) {
    if (operation.touches().isEmpty()) {
      return greeting(policy.policy().greeting(request(caller, Touch.ofServer(Action.HEALTH))));
    }
    List<Request> asked = new ArrayList<>(operation.touches().size());
    for (Touch touch : operation.touches()) {
      asked.add(request(caller, touch));
    }
    return switch (policy.decide(caller.name(), asked)) {
      case SessionedPolicy.Outcome.Permitted p ->
          new Decision(true, Optional.of(p.first().decider()), p.first().at(), p.sessions());
      case SessionedPolicy.Outcome.Denied d ->
          d.waiting().isEmpty() ? Decision.DENIED : Decision.waitsFor(d.waiting());
    };
  }

  private Request request(Caller caller, Touch touch) {
    return new Request(
        caller.source(),
        gateway,
        destination,
        Protocol.TCP,
        port,
        caller.principal(),
        touch.action(),
        touch.collection(),
        caller.facts());
  }

  private static Decision greeting(Verdict verdict) {
    return verdict.permitted()
        ? new Decision(true, Optional.of(verdict.decider()), verdict.at())
        : Decision.DENIED;
  }
}
