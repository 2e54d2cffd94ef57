/** Who asks: proofs of identity, verified. No trust from network location. */
package io.ringfence.gateway.identity;
