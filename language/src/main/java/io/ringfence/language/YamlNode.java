package io.ringfence.language;

import io.ringfence.model.SourceLocation;
import java.util.List;
import java.util.Optional;

/** A document as written: every node with its place, and with what only the formatter needs. */
sealed interface YamlNode {
  SourceLocation at();

  /** Where it begins and ends in the text, in code points; a block ends with its last child. */
  Span span();

  Optional<String> anchor();

  /** What it stands for: an alias's target, else itself. */
  default YamlNode value() {
    return this;
  }

  /** From {@code start} up to and without {@code end}. */
  record Span(int start, int end) {}

  /** What a scalar is by YAML 1.2's core schema. */
  enum Kind {
    TEXT,
    WHOLE,
    FRACTION,
    FLAG,
    NOTHING
  }

  /**
   * Text, a number, a flag or nothing.
   *
   * @param plain unquoted
   */
  record Scalar(
      String text, Kind kind, boolean plain, SourceLocation at, Span span, Optional<String> anchor)
      implements YamlNode {}

  record Sequence(
      List<YamlNode> items, boolean flow, SourceLocation at, Span span, Optional<String> anchor)
      implements YamlNode {}

  record Mapping(
      List<Entry> entries, boolean flow, SourceLocation at, Span span, Optional<String> anchor)
      implements YamlNode {
    Optional<YamlNode> get(String key) {
      return entries.stream()
          .filter(e -> e.key().text().equals(key))
          .map(e -> e.value().value())
          .findFirst();
    }
  }

  record Entry(Scalar key, YamlNode value) {}

  record Alias(String name, YamlNode target, SourceLocation at, Span span) implements YamlNode {
    @Override
    public YamlNode value() {
      return target;
    }

    @Override
    public Optional<String> anchor() {
      return Optional.empty();
    }
  }
}
