package io.ringfence.conformance.throughput;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Tokens made between runs, so that signing takes no part of the processors from a run. */
final class TokenSupply {
  private final Tokens tokens;
  private final int ahead;
  private final Queue<String> ready = new ConcurrentLinkedQueue<>();

  /**
   * @param ahead how many are ready when a run begins
   */
  TokenSupply(Tokens tokens, int ahead) {
    this.tokens = tokens;
    this.ahead = ahead;
  }

  /** Makes up for those that were taken. */
  void fill() {
    for (int more = ahead - ready.size(); more > 0; more--) {
      ready.add(tokens.next());
    }
  }

  /** A token that nobody had before. */
  String next() {
    String made = ready.poll();
    return made == null ? tokens.next() : made;
  }
}
