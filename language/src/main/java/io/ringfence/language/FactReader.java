package io.ringfence.language;

import io.ringfence.language.YamlNode.Kind;
import io.ringfence.language.YamlNode.Scalar;
import io.ringfence.model.Fact;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads the facts of a test: a fact has the type that conditions see; a key of {@code device} or
 * {@code claims} has whatever type it is written with.
 */
final class FactReader {
  private final Problems problems;

  FactReader(Problems problems) {
    this.problems = problems;
  }

  Optional<Object> read(Scalar name, Scalar value) {
    Optional<Fact> fact =
        Arrays.stream(Fact.values()).filter(f -> f.text().equals(name.text())).findFirst();
    if (fact.isPresent() && fact.get().type() != Fact.Type.MAP) {
      return typed(fact.get(), value);
    }
    String root = name.text().substring(0, name.text().indexOf('.'));
    boolean map =
        Arrays.stream(Fact.values())
            .anyMatch(f -> f.type() == Fact.Type.MAP && f.text().equals(root));
    if (map && name.text().indexOf('.', root.length() + 1) < 0) {
      return Optional.of(untyped(value));
    }
    problems.error(
        name.at(),
        "unknown fact "
            + Said.quote(name.text())
            + "; "
            + Said.instead(name.text(), "known", known()));
    return Optional.empty();
  }

  private static List<String> known() {
    return Arrays.stream(Fact.values())
        .map(f -> f.type() == Fact.Type.MAP ? f.text() + ".NAME" : f.text())
        .toList();
  }

  private Optional<Object> typed(Fact fact, Scalar value) {
    boolean flag = fact.type() == Fact.Type.BOOL;
    if (flag != (value.kind() == Kind.FLAG) || (!flag && value.kind() != Kind.TEXT)) {
      return wrong(fact, value);
    }
    return switch (fact.type()) {
      case BOOL -> Optional.of(untyped(value));
      case STRING -> Optional.of(value.text());
      case TIMESTAMP -> time(fact, value);
      case DURATION ->
          BlueprintShape.DURATION.matches(value.text())
              ? Optional.of(Values.duration(value.text()))
              : wrong(fact, value);
      case MAP -> throw new IllegalStateException("a map has keys");
    };
  }

  private Optional<Object> time(Fact fact, Scalar value) {
    try {
      return Optional.of(Instant.parse(value.text()));
    } catch (DateTimeException e) {
      return wrong(fact, value);
    }
  }

  private Optional<Object> wrong(Fact fact, Scalar value) {
    String takes =
        switch (fact.type()) {
          case BOOL -> "`true` or `false`";
          case STRING -> "text";
          case TIMESTAMP -> "a time such as \"2026-01-01T12:00:00Z\"";
          case DURATION -> "a duration such as 15m";
          case MAP -> "a map";
        };
    problems.error(
        value.at(),
        Said.quote(value.text())
            + " is no value of "
            + Said.quote(fact.text())
            + "; it takes "
            + takes);
    return Optional.empty();
  }

  private static Object untyped(Scalar value) {
    return switch (value.kind()) {
      case FLAG -> Boolean.parseBoolean(value.text());
      case WHOLE ->
          ShapeCheck.number(value)
              .filter(n -> n.bitLength() < 64)
              .map(n -> (Object) n.longValueExact())
              .orElse(value.text());
      case FRACTION -> Double.parseDouble(value.text());
      case TEXT, NOTHING -> value.text();
    };
  }
}
