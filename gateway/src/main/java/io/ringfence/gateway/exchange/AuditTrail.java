package io.ringfence.gateway.exchange;

import io.ringfence.gateway.request.Extent;
import io.ringfence.gateway.request.Operation;
import io.ringfence.gateway.request.Refusal;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Where decisions and what became of them are recorded. */
public interface AuditTrail {
  /**
   * Records a decision; done when it is durable. While it fails nothing is answered.
   *
   * @param operation absent where the request was not understood
   * @param refusal why there is no operation, if so
   */
  CompletionStage<Entry> decided(
      Caller caller, Optional<Operation> operation, Decision decision, Optional<Refusal> refusal);

  /** The same trail, whose records name a trace. */
  default AuditTrail traced(String trace) {
    return this;
  }

  /** One request's place in the trail. */
  interface Entry {
    /**
     * Records what became of it.
     *
     * @param refusal absent where it was answered
     */
    void completed(Optional<Refusal> refusal, Extent extent);

    /** Records that the client was gone before the last byte of the answer. */
    default void cutOff(Extent extent) {
      completed(Optional.of(new Refusal(Refusal.Kind.UNAVAILABLE, "the client is gone")), extent);
    }
  }
}
