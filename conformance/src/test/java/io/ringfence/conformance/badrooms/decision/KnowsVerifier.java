package io.ringfence.conformance.badrooms.decision;

import io.ringfence.conformance.badrooms.verifier.OpensSocket;

record KnowsVerifier(OpensSocket verifier) {}
