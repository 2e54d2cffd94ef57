/**
 * Reads nftables rulesets, as emitted or as a kernel lists them, and follows sets of packets
 * through them. It knows nothing of how they were rendered.
 */
package io.ringfence.targets.nftables.read;
