package io.ringfence.conformance.badrooms.targets.aws;

import io.ringfence.conformance.badrooms.targets.nftables.NftablesTarget;

record KnowsNftables(NftablesTarget other) {}
