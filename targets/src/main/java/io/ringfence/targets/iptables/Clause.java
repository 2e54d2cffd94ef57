package io.ringfence.targets.iptables;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A part of a rule: a base option ({@code -s}), a match ({@code -m}) or the target ({@code -j},
 * {@code -g}), with the options that follow it.
 *
 * @param kind the option that begins it
 * @param name what it names: an address, a module, a target
 */
record Clause(boolean negated, String kind, Word name, List<Choice> choices) {
  static final String MATCH = "-m";
  static final String JUMP = "-j";
  static final String GOTO = "-g";

  private static final Set<String> NAMED = Set.of("-p", "-s", "-d", "-i", "-o", MATCH, JUMP, GOTO);
  private static final String FRAGMENT = "-f";

  /** Options whose value is free text, which may look like anything. */
  private static final Set<String> FREE =
      Set.of(
          "--comment",
          "--log-prefix",
          "--nflog-prefix",
          "--ulog-prefix",
          "--string",
          "--hex-string");

  /** An option of a module, {@code ! --dport 80}. */
  record Choice(boolean negated, Word name, List<Word> values) {
    /** The only value it has. */
    Word value() {
      if (values.size() != 1) {
        throw new SaveException(
            name.column(), "`" + name.text() + "` has " + values.size() + " values, not one");
      }
      return values.getFirst();
    }

    String text() {
      return (negated ? "! " : "") + spelled(name) + (values.isEmpty() ? "" : " " + all(values));
    }
  }

  /** The clauses of a rule, in order. */
  static List<Clause> of(List<Word> words) {
    List<Clause> out = new ArrayList<>();
    int at = 0;
    while (at < words.size()) {
      boolean negated = words.get(at).is("!");
      Word kind = word(words, negated ? at + 1 : at, words.get(at));
      at += negated ? 2 : 1;
      if (kind.is(FRAGMENT)) {
        out.add(new Clause(negated, FRAGMENT, kind, List.of()));
        continue;
      }
      if (kind.quoted() || !NAMED.contains(kind.text())) {
        throw new SaveException(
            kind.column(),
            "`" + kind.text() + "` stands where an option such as -p, -s, -m or -j should");
      }
      Word name = word(words, at, kind);
      List<Choice> choices = new ArrayList<>();
      at = choices(words, at + 1, choices);
      out.add(new Clause(negated, kind.text(), name, List.copyOf(choices)));
    }
    return out;
  }

  private static Word word(List<Word> words, int at, Word before) {
    if (at >= words.size()) {
      throw new SaveException(before.column(), "nothing follows `" + before.text() + "`");
    }
    return words.get(at);
  }

  private static int choices(List<Word> words, int begin, List<Choice> out) {
    int at = begin;
    while (at < words.size()) {
      boolean negated = words.get(at).is("!");
      Word name = word(words, negated ? at + 1 : at, words.get(at));
      if (!isChoice(name)) {
        return at;
      }
      at += negated ? 2 : 1;
      List<Word> values = new ArrayList<>();
      if (at < words.size() && FREE.contains(name.text())) {
        values.add(words.get(at++));
      }
      while (at < words.size() && isValue(words.get(at))) {
        values.add(words.get(at++));
      }
      out.add(new Choice(negated, name, List.copyOf(values)));
    }
    return at;
  }

  private static boolean isChoice(Word word) {
    return !word.quoted() && word.text().startsWith("--") && word.text().length() > 2;
  }

  private static boolean isValue(Word word) {
    return word.quoted()
        || !(isChoice(word) || word.is("!") || word.is(FRAGMENT) || NAMED.contains(word.text()));
  }

  /** The one option of this name. */
  Optional<Choice> choice(String option) {
    return choices.stream().filter(c -> c.name().is(option)).findFirst();
  }

  boolean isTarget() {
    return kind.equals(JUMP) || kind.equals(GOTO);
  }

  /** As it was written. */
  String text() {
    String options = choices.stream().map(c -> " " + c.text()).collect(Collectors.joining());
    String named = kind.equals(FRAGMENT) ? "" : " " + spelled(name);
    return (negated ? "! " : "") + kind + named + options;
  }

  private static String all(List<Word> words) {
    return words.stream().map(Clause::spelled).collect(Collectors.joining(" "));
  }

  private static String spelled(Word word) {
    return word.quoted()
        ? '"' + word.text().replace("\\", "\\\\").replace("\"", "\\\"") + '"'
        : word.text();
  }
}
