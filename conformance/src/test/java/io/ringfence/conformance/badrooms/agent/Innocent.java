package io.ringfence.conformance.badrooms.agent;

import io.ringfence.conformance.badrooms.targets.nftables.NftablesTarget;

/** What an agent may know. */
record Innocent(NftablesTarget target) {}
