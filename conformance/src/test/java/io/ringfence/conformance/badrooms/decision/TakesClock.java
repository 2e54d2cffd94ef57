package io.ringfence.conformance.badrooms.decision;

import java.time.Clock;

record TakesClock(Clock clock) {}
