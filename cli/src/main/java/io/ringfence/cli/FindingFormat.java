package io.ringfence.cli;

import java.util.Locale;

/** The formats that commands write findings in. */
enum FindingFormat {
  TEXT,
  JSON,
  CSV,
  SARIF,
  JUNIT;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
