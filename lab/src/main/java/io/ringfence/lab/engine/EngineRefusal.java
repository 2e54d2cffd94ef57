package io.ringfence.lab.engine;

import java.io.IOException;

/** A database was reached and said no, in its own words. */
public final class EngineRefusal extends IOException {
  private static final long serialVersionUID = 1L;

  public EngineRefusal(String message) {
    super(message);
  }
}
