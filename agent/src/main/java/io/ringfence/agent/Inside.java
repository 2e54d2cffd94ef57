package io.ringfence.agent;

import io.ringfence.agent.kernel.NetworkNamespace;
import java.util.concurrent.Callable;

/** Work inside a network namespace, whose failures are words for the operator. */
final class Inside {
  private Inside() {}

  /**
   * Runs a task inside.
   *
   * @param failure what cannot be done when it fails, before the reason
   * @throws AgentException when the task fails by what the kernel or the machine says
   */
  static <T> T call(NetworkNamespace namespace, String failure, Callable<T> task) {
    try {
      return namespace.call(task);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AgentException(failure + ": " + e.getMessage(), e);
    }
  }
}
