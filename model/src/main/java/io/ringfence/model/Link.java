package io.ringfence.model;

/** A cable or trunk between two of routers, segments and {@code internet}, by name. */
public record Link(String a, String b, SourceLocation at) {}
