/**
 * nftables: {@link io.ringfence.targets.nftables.NftablesRenderer} writes a host's or router's
 * ruleset, {@link io.ringfence.targets.nftables.NftablesReader} reads one without knowing how it
 * was written, and {@link io.ringfence.targets.nftables.ReadBack} compares that with the blueprint.
 */
package io.ringfence.targets.nftables;
