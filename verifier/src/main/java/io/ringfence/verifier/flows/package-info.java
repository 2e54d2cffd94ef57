/**
 * Exact sets of flows. A {@link io.ringfence.verifier.flows.FlowSpace} makes them, a {@link
 * io.ringfence.verifier.flows.FlowSet} is one.
 */
package io.ringfence.verifier.flows;
