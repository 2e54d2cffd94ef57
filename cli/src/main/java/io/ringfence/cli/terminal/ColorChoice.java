package io.ringfence.cli.terminal;

import java.util.Locale;
import java.util.Map;

/** When to colour, as the user chose. */
public enum ColorChoice {
  AUTO,
  ALWAYS,
  NEVER;

  /**
   * Whether a stream is coloured.
   *
   * @param environment {@code NO_COLOR} (no-color.org) and {@code TERM=dumb} count for {@link
   *     #AUTO}
   */
  public boolean colours(boolean isTerminal, Map<String, String> environment) {
    return switch (this) {
      case ALWAYS -> true;
      case NEVER -> false;
      case AUTO ->
          isTerminal
              && environment.getOrDefault("NO_COLOR", "").isEmpty()
              && !environment.getOrDefault("TERM", "").equals("dumb");
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
