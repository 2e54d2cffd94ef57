package io.ringfence.gateway.wire;

import io.ringfence.gateway.exchange.Admission;
import io.ringfence.gateway.exchange.AuditTrail;
import io.ringfence.gateway.exchange.Caller;
import io.ringfence.gateway.exchange.Gatekeeper;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import java.util.concurrent.CompletionStage;

/**
 * What one service's requests are decided by: one generation of the policy. A request, or a
 * statement of a session, takes the reception of its moment and keeps it to its end.
 */
public interface Reception {
  /**
   * Who asks.
   *
   * @throws RefusedException when the proofs are not good, or make nobody who may be here
   */
  Caller caller(Asker asker) throws RefusedException;

  Gatekeeper gatekeeper();

  AuditTrail trail();

  Admission admission();

  /** Whether answers say which rule decided: for developers, and never otherwise. */
  default boolean explains() {
    return false;
  }

  /** Records that nobody known asked; done when that is durable. */
  CompletionStage<Void> unknown(Asker asker, Refusal refusal);
}
