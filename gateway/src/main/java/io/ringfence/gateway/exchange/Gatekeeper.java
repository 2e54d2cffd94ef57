package io.ringfence.gateway.exchange;

import io.ringfence.gateway.request.Operation;

/** Decides operations; one generation of the policy decides a whole request. */
@FunctionalInterface
public interface Gatekeeper {
  /** Permits when every touch of the operation is permitted. */
  Decision decide(Caller caller, Operation operation);
}
