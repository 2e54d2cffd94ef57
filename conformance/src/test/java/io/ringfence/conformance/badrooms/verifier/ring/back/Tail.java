package io.ringfence.conformance.badrooms.verifier.ring.back;

import io.ringfence.conformance.badrooms.verifier.ring.Head;

public record Tail(Head head) {}
