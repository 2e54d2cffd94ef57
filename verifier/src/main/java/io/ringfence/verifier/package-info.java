/**
 * The proof. {@link io.ringfence.verifier.Verification} is the main road: it runs every analysis
 * over one {@link io.ringfence.verifier.subject.Subject}, and each {@link
 * io.ringfence.verifier.subject.Finding} carries the flow or request that shows it.
 */
package io.ringfence.verifier;
