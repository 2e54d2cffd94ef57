package io.ringfence.agent.kernel;

import java.util.OptionalLong;

/**
 * The user that owns what the calling thread opens; the kernel tells sockets apart by it ({@code
 * meta skuid}). It needs no process of that user, but root.
 */
public final class SocketOwner {
  private SocketOwner() {}

  /** Does something as a user, if one is given. */
  public static <T, E extends Exception> T call(OptionalLong user, Opening<T, E> opening) throws E {
    if (user.isEmpty()) {
      return opening.open();
    }
    int before = become((int) user.getAsLong());
    try {
      return opening.open();
    } finally {
      int opened = become(before);
      if (opened != (int) user.getAsLong()) {
        throw new IllegalStateException(
            "sockets of user " + user.getAsLong() + " would be user " + opened + "'s: not root?");
      }
    }
  }

  /** Opens sockets. */
  public interface Opening<T, E extends Exception> {
    T open() throws E;
  }

  private static int become(int user) {
    try {
      return Libc.becomeOwner(user);
    } catch (KernelException e) {
      throw new IllegalStateException(e);
    }
  }
}
