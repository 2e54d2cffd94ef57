package io.ringfence.cli;

import io.ringfence.cli.terminal.TextWrap;
import picocli.CommandLine.Help;

/** The list of commands in the help, by what they are for. */
final class VerbList {
  private static final int NAME_WIDTH = 14;

  private VerbList() {}

  /** For the help of {@code ringfence}; a command of a command keeps picocli's list. */
  static String render(Help help) {
    if (help.commandSpec().parent() != null) {
      return help.commandList();
    }
    StringBuilder out = new StringBuilder();
    for (Verb.Section section : Verb.Section.values()) {
      if (section == Verb.Section.HIDDEN) {
        continue;
      }
      out.append(System.lineSeparator())
          .append(bold(help, section.title()))
          .append(System.lineSeparator());
      for (Verb verb : Verb.ALL) {
        if (verb.section() == section) {
          out.append(entry(help, verb));
        }
      }
    }
    return out.toString();
  }

  private static String entry(Help help, Verb verb) {
    String name = help.colorScheme().commandText(verb.name()).toString();
    return "  " + TextWrap.padded(name, NAME_WIDTH) + verb.summary() + System.lineSeparator();
  }

  private static String bold(Help help, String text) {
    return help.colorScheme().ansi().string("@|bold " + text + "|@");
  }
}
