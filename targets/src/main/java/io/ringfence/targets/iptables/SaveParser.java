package io.ringfence.targets.iptables;

import io.ringfence.model.SourceLocation;
import io.ringfence.targets.iptables.SavedTable.Chain;
import io.ringfence.targets.iptables.SavedTable.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads a text line by line, and tells all that is wrong with it. */
final class SaveParser {
  private static final Pattern COUNTERS = Pattern.compile("\\[[0-9]+:[0-9]+]");
  private static final List<String> POLICIES = List.of("ACCEPT", "DROP");

  /** The longest line that {@code iptables-restore} takes. */
  static final int LINE_CHARS_MAX = 10_240;

  private final SaveFile file;
  private final List<SaveProblem> problems;
  private final List<SavedTable> tables = new ArrayList<>();
  private SavedTable open;
  private int line;

  SaveParser(SaveFile file, List<SaveProblem> problems) {
    this.file = file;
    this.problems = problems;
  }

  List<SavedTable> parse() {
    for (String text : file.text().split("\r?\n", -1)) {
      line++;
      try {
        read(text.stripTrailing());
      } catch (SaveException e) {
        problem(e.column(), e.getMessage());
      }
    }
    if (open != null) {
      problem(1, "table `" + open.hooks().table() + "` does not end; write COMMIT after it");
    } else if (tables.isEmpty()) {
      problem(1, "there is no table; this is not what `iptables-save` prints");
    }
    return tables;
  }

  private void problem(int column, String message) {
    problems.add(new SaveProblem(new SourceLocation(file.name(), line, column), message));
  }

  private void read(String text) {
    if (text.isBlank() || text.startsWith("#")) {
      return;
    }
    if (text.length() > LINE_CHARS_MAX) {
      throw new SaveException(
          LINE_CHARS_MAX + 1,
          "the line has %,d characters; `iptables-restore` takes at most %,d"
              .formatted(text.length(), LINE_CHARS_MAX));
    }
    List<Word> words = Word.of(text);
    Word first = words.getFirst();
    if (first.text().startsWith("*")) {
      begin(first);
    } else if (open == null) {
      throw new SaveException(
          first.column(),
          "`" + first.text() + "` stands outside a table; begin one with `*filter`");
    } else if (first.text().startsWith(":")) {
      chain(words);
    } else if (first.is("COMMIT")) {
      open = null;
    } else {
      rule(words);
    }
  }

  private void begin(Word word) {
    String name = word.text().substring(1);
    Hooks hooks =
        Hooks.named(name)
            .orElseThrow(
                () ->
                    new SaveException(
                        word.column(),
                        "unknown table `"
                            + name
                            + "`; known are filter, nat, mangle, raw, security"));
    if (open != null) {
      throw new SaveException(
          word.column(), "table `" + open.hooks().table() + "` has no COMMIT before this");
    }
    open = new SavedTable(file, hooks);
    if (tables.stream().anyMatch(t -> t.hooks() == hooks)) {
      throw new SaveException(word.column(), "table `" + name + "` stands twice");
    }
    tables.add(open);
  }

  /** {@code :INPUT DROP [0:0]}. */
  private void chain(List<Word> words) {
    Word first = words.getFirst();
    String name = first.text().substring(1);
    boolean builtIn = open.hooks().has(name);
    if (name.isEmpty() || words.size() < 2) {
      throw new SaveException(first.column(), "a chain reads `:NAME POLICY [0:0]`");
    }
    Word policy = words.get(1);
    if (builtIn && !POLICIES.contains(policy.text())) {
      throw new SaveException(
          policy.column(), "policy `" + policy.text() + "` is neither ACCEPT nor DROP");
    }
    if (!builtIn && !policy.is("-")) {
      throw new SaveException(
          policy.column(),
          "chain `" + name + "` is none that the table begins with, and has a policy; write `-`");
    }
    if (open.chains().containsKey(name)) {
      throw new SaveException(first.column(), "chain `" + name + "` stands twice");
    }
    open.chains()
        .put(name, new Chain(name, builtIn ? Optional.of(policy.text()) : Optional.empty()));
  }

  private void rule(List<Word> words) {
    int at = COUNTERS.matcher(words.getFirst().text()).matches() ? 1 : 0;
    Word first = words.get(Math.min(at, words.size() - 1));
    if (!first.is("-A") || words.size() < at + 2) {
      throw new SaveException(
          first.column(), "`" + first.text() + "` is none of `*`, `:`, `-A` and COMMIT");
    }
    Word chain = words.get(at + 1);
    if (!open.chains().containsKey(chain.text())) {
      throw new SaveException(
          chain.column(),
          "undeclared chain `" + chain.text() + "`; declare it with `:" + chain.text() + " -`");
    }
    List<Clause> clauses = Clause.of(words.subList(at + 2, words.size()));
    open.rules().add(new Rule(chain.text(), line, clauses));
  }
}
