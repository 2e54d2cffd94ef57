package io.ringfence.gateway.policy;

import io.ringfence.gateway.request.Scope;
import io.ringfence.model.Principal;

/** Who asks, and what of the data is theirs. */
public record Caller(Principal principal, Scope scope) {}
