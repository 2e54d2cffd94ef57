package io.ringfence.conformance.badrooms.targets.aws;

import io.ringfence.conformance.badrooms.decision.Innocent;

record KnowsDecision(Innocent decision) {}
