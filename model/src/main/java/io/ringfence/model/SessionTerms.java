package io.ringfence.model;

import java.time.Duration;
import java.util.Optional;

/** How long a session under a rule lasts, and whether a second person must approve it. */
public record SessionTerms(Optional<Duration> max, boolean approvalRequired) {}
