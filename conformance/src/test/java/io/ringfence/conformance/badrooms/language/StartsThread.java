package io.ringfence.conformance.badrooms.language;

final class StartsThread {
  void start() {
    Thread.ofVirtual().unstarted(() -> {});
  }
}
