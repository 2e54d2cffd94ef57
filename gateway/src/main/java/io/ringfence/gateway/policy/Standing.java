package io.ringfence.gateway.policy;

import io.ringfence.gateway.request.Scope;
import io.ringfence.model.Principal;

/** Who verified proofs make somebody, and what of the data is theirs. */
public record Standing(Principal principal, Scope scope) {}
