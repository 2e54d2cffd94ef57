package io.ringfence.agent.kernel;

import java.io.IOException;
import java.util.Locale;

/** A system call that the kernel refused, with the kernel's error number and words. */
public final class KernelException extends IOException {
  static final int NOT_PERMITTED = 1; // EPERM
  static final int NO_ENTRY = 2; // ENOENT
  static final int INTERRUPTED = 4; // EINTR
  static final int BUSY = 16; // EBUSY
  static final int EXISTS = 17; // EEXIST
  static final int OVERRUN = 105; // ENOBUFS
  static final int TIMED_OUT = 110; // ETIMEDOUT

  private final int errno;

  KernelException(String attempted, int errno, String reason) {
    super(attempted + ": " + reason.toLowerCase(Locale.ROOT));
    this.errno = errno;
  }

  /** The kernel's error number, as in {@code errno(3)}. */
  public int errno() {
    return errno;
  }
}
