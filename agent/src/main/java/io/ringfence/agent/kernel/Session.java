package io.ringfence.agent.kernel;

/** The calling process's session ({@code man 2 setsid}). */
public final class Session {
  private Session() {}

  /**
   * Makes the process the leader of a session without a terminal, so that losing the terminal it
   * was started from does not end it. Does nothing where it already leads its group.
   */
  public static void detach() throws KernelException {
    try {
      Libc.newSession();
    } catch (KernelException e) {
      if (e.errno() != KernelException.NOT_PERMITTED) {
        throw e;
      }
    }
  }
}
