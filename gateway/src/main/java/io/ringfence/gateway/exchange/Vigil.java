package io.ringfence.gateway.exchange;

import io.ringfence.gateway.request.Operation;
import io.ringfence.gateway.request.Refusal;
import java.util.function.Consumer;

/** Keeps watch over what was permitted while it runs, and ends what is permitted no longer. */
@FunctionalInterface
public interface Vigil {
  /** Watches nothing. */
  Vigil NONE = (caller, operation, decision, end) -> () -> {};

  /**
   * @param end takes why it ends, if it does before it is done
   * @return what to run when it is done by itself
   */
  Runnable watch(Caller caller, Operation operation, Decision decision, Consumer<Refusal> end);
}
