/**
 * The part of nftables that Ringfence writes, as values; printed as libnftables JSON and as text.
 */
package io.ringfence.targets.nftables.ruleset;
