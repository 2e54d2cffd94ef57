package io.ringfence.conformance.badrooms.targets.nftables;

public record NftablesTarget(String table) {}
