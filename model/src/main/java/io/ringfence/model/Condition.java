package io.ringfence.model;

/** A CEL expression over the facts of a request; times are UTC. */
public record Condition(String cel, SourceLocation at) {}
