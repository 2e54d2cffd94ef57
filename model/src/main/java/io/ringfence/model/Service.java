package io.ringfence.model;

import java.util.Optional;

/** What a workload listens with. */
public record Service(
    String name, PortSet ports, Audience audience, Optional<Encryption> encryption) {}
