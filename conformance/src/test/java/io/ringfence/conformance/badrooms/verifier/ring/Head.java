package io.ringfence.conformance.badrooms.verifier.ring;

import io.ringfence.conformance.badrooms.verifier.ring.back.Tail;

public record Head(Tail tail) {}
