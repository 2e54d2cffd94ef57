package io.ringfence.cli;

import java.util.Locale;

/** The formats that commands without others can write. */
enum OutputFormat {
  TEXT,
  JSON;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
