package io.ringfence.conformance.throughput;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** Tokens made ahead by a thread of its own, so that signing does not slow the load. */
final class TokenSupply implements AutoCloseable {

  private final Tokens tokens;
  private final BlockingQueue<String> ready;
  private final Thread signer;

  /**
   * @param ahead how many are ready at most
   */
  TokenSupply(Tokens tokens, int ahead) {
    this.tokens = tokens;
    ready = new ArrayBlockingQueue<>(ahead);
    signer = Thread.ofPlatform().daemon().name("tokens").start(this::sign);
  }

  private void sign() {
    try {
      while (true) {
        ready.put(tokens.next());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  /** Fills up, so that nothing is signed while a run begins. */
  void fill() throws InterruptedException {
    while (ready.remainingCapacity() > 0) {
      Thread.sleep(10);
    }
  }

  /** A token that nobody had before. */
  String next() {
    String made = ready.poll();
    return made == null ? tokens.next() : made;
  }

  @Override
  public void close() {
    signer.interrupt();
  }
}
