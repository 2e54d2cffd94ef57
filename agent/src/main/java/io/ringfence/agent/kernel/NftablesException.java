package io.ringfence.agent.kernel;

import java.io.IOException;

/** A command that libnftables or the kernel refused, in libnftables' words. Nothing was changed. */
public final class NftablesException extends IOException {
  NftablesException(String message) {
    super(message);
  }
}
