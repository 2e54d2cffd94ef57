package io.ringfence.conformance.badrooms.model;

final class ReadsEnvironment {
  String home() {
    return System.getenv("HOME");
  }
}
