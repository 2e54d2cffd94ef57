package io.ringfence.conformance.badrooms.agent;

import io.ringfence.conformance.badrooms.decision.Innocent;

record KnowsDecision(Innocent decision) {}
