package io.ringfence.language;

import io.ringfence.language.YamlNode.Entry;
import io.ringfence.language.YamlNode.Scalar;
import io.ringfence.model.Selector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads label selectors. */
final class SelectorReader {
  private final Reading reading;

  SelectorReader(Reading reading) {
    this.reading = reading;
  }

  Optional<Selector> read(Fields fields) {
    int before = reading.problems().errors();
    Map<String, String> labels = new LinkedHashMap<>();
    for (Entry entry : fields.entries("matchLabels")) {
      if (entry.value().value() instanceof Scalar value) {
        labels.put(entry.key().text(), value.text());
      }
    }
    List<Selector.Requirement> requirements = new ArrayList<>();
    for (YamlNode node : fields.items("matchExpressions")) {
      Fields.of(node, reading.refused()).flatMap(this::requirement).ifPresent(requirements::add);
    }
    return reading.problems().errors() == before
        ? Optional.of(new Selector(labels, requirements))
        : Optional.empty();
  }

  private Optional<Selector.Requirement> requirement(Fields fields) {
    Optional<String> key = fields.text("key");
    Optional<Selector.Operator> operator = fields.text("operator").map(SelectorReader::operator);
    if (key.isEmpty() || operator.isEmpty()) {
      return Optional.empty();
    }
    List<String> values = fields.scalars("values").stream().map(Scalar::text).toList();
    try {
      return Optional.of(new Selector.Requirement(key.get(), operator.get(), values));
    } catch (IllegalArgumentException e) {
      reading.problems().error(fields.at(), e.getMessage());
      return Optional.empty();
    }
  }

  private static Selector.Operator operator(String text) {
    return Arrays.stream(Selector.Operator.values())
        .filter(o -> o.text().equals(text))
        .findFirst()
        .orElseThrow();
  }
}
