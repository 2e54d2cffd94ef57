package io.ringfence.model;

/** Where a secret is read from; never the secret itself. */
public sealed interface Secret {
  record OfFile(String path) implements Secret {}

  record OfEnvironment(String variable) implements Secret {}
}
