package io.ringfence.lab;

import java.io.IOException;
import java.nio.channels.SelectionKey;

/** What a {@link ListenerLoop} does when one of its channels is ready; it must not block. */
@FunctionalInterface
interface LoopHandler {
  /** An exception closes the channel, and nothing else. */
  void ready(SelectionKey key) throws IOException;

  /** Hears that its channel was closed by the loop. */
  default void closed() {}
}
