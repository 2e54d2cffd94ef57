package io.ringfence.conformance.decision;

import io.ringfence.conformance.PairedRuns;

/**
 * How two engines did on the same requests.
 *
 * @param grants of the estate
 * @param peer the other engine's name
 * @param nanos of CPU a decision took, ours and the peer's
 * @param agreed how many requests both decided, equally
 */
record Comparison(int grants, String peer, PairedRuns nanos, long agreed) {}
