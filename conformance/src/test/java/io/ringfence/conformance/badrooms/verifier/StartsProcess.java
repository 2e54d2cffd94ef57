package io.ringfence.conformance.badrooms.verifier;

import java.io.IOException;

final class StartsProcess {
  void start() throws IOException {
    new ProcessBuilder("true").start();
  }
}
