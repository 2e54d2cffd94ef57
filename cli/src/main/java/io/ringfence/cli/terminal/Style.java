package io.ringfence.cli.terminal;

/** How a word is shown where colours are shown (ECMA-48 SGR). */
public enum Style {
  BOLD("1"),
  DIM("2"),
  UNDERLINE("4"),
  RED("31"),
  GREEN("32"),
  YELLOW("33"),
  BLUE("34"),
  CYAN("36"),
  RED_BOLD("1;31"),
  GREEN_BOLD("1;32"),
  YELLOW_BOLD("1;33"),
  CYAN_BOLD("1;36");

  private static final String RESET = "\033[0m";

  private final String begin;

  Style(String code) {
    this.begin = "\033[" + code + "m";
  }

  String around(String text) {
    return text.isEmpty() ? text : begin + text + RESET;
  }

  /** The text without any style. */
  public static String plain(String text) {
    return text.indexOf('\033') < 0 ? text : text.replaceAll("\033\\[[0-9;]*m", "");
  }
}
