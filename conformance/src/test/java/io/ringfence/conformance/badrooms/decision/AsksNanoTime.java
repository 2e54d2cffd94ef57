package io.ringfence.conformance.badrooms.decision;

final class AsksNanoTime {
  long now() {
    return System.nanoTime();
  }
}
