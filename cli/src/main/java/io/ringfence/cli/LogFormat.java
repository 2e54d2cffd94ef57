package io.ringfence.cli;

import java.util.Locale;

/** How a process that runs on says what happens. */
enum LogFormat {
  /** A time and a sentence, for people. */
  TEXT,
  /** An object a line, for machines. */
  JSON;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
