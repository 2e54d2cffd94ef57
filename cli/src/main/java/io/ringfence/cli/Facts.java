package io.ringfence.cli;

import io.ringfence.model.Fact;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Facts of a request as a command line gives them: {@code device.healthy=true}. */
final class Facts {
  private static final Pattern SPAN = Pattern.compile("([0-9]{1,9})(s|m|h|d)");

  private Facts() {}

  /** By dotted name, each of the type that conditions read it as. */
  static Map<String, Object> parse(Map<String, String> given) {
    Map<String, Object> out = new TreeMap<>();
    given.forEach((name, text) -> out.put(name, value(name, text)));
    return out;
  }

  private static Object value(String name, String text) {
    try {
      return switch (type(name)) {
        case BOOL -> bool(name, text);
        case STRING -> text;
        case TIMESTAMP -> Instant.parse(text);
        case DURATION -> span(text);
        case MAP -> guess(text);
      };
    } catch (DateTimeException e) {
      throw new Failure(
          "fact `" + name + "` is a time in UTC such as 2026-01-01T03:00:00Z, not `" + text + "`",
          e);
    }
  }

  private static Fact.Type type(String name) {
    Optional<Fact> fact =
        Arrays.stream(Fact.values())
            .filter(
                f ->
                    f.type() == Fact.Type.MAP
                        ? name.startsWith(f.text() + ".")
                        : name.equals(f.text()))
            .findFirst();
    return fact.map(Fact::type)
        .orElseThrow(
            () ->
                new Failure(
                    "no fact `%s`; facts are %s"
                        .formatted(
                            name,
                            Arrays.stream(Fact.values())
                                .map(f -> f.text() + (f.type() == Fact.Type.MAP ? ".*" : ""))
                                .collect(Collectors.joining(", ")))));
  }

  private static boolean bool(String name, String text) {
    if (!text.equals("true") && !text.equals("false")) {
      throw new Failure("fact `" + name + "` is true or false, not `" + text + "`");
    }
    return text.equals("true");
  }

  /** What a source of facts would have given: true, false, a number, else text. */
  private static Object guess(String text) {
    if (text.equals("true") || text.equals("false")) {
      return text.equals("true");
    }
    if (text.matches("-?[0-9]{1,18}")) {
      return Long.parseLong(text);
    }
    return text.matches("-?[0-9]+\\.[0-9]+") ? (Object) Double.parseDouble(text) : text;
  }

  /** A span of time such as {@code 60s}, {@code 15m}, {@code 2h}, {@code 1d}. */
  static Duration span(String text) {
    Matcher matcher = SPAN.matcher(text);
    if (!matcher.matches()) {
      throw new Failure("`" + text + "` is no span of time; write 60s, 15m, 2h or 1d");
    }
    long count = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      default -> Duration.ofDays(count);
    };
  }
}
