package io.ringfence.lab.engine;

import java.io.IOException;

/** The Python package index, or the mirror that pip is set to, does not answer. */
public final class RegistryUnreachable extends IOException {
  private static final long serialVersionUID = 1L;

  public RegistryUnreachable(String message) {
    super(message);
  }
}
