package io.ringfence.language;

import io.ringfence.language.YamlNode.Mapping;
import io.ringfence.language.YamlNode.Scalar;
import io.ringfence.model.Blueprint;
import io.ringfence.model.SourceLocation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The names of rules and guardrails: one namespace, since a verdict names either. */
final class RuleNames {
  /** Names that verdicts give to what stands in no rule. */
  static final List<String> RESERVED =
      List.of(
          Blueprint.MANAGEMENT_RULE,
          Blueprint.RESOLVERS_RULE,
          "default-deny",
          "infrastructure",
          "spoofing",
          "outside-the-model");

  private final Problems problems;
  private final Map<String, SourceLocation> taken = new HashMap<>();
  private final Set<String> exceptions = new LinkedHashSet<>();

  RuleNames(Sections sections, Problems problems) {
    this.problems = problems;
    for (String section : List.of("access", "egress")) {
      for (YamlNode node : sections.list(section)) {
        if (node instanceof Mapping m && m.get("name").orElse(null) instanceof Scalar name) {
          exceptions.add(name.text());
        }
      }
    }
    sections.single("management").ifPresent(m -> exceptions.add(Blueprint.MANAGEMENT_RULE));
    if (!sections.list("resolvers").isEmpty()) {
      exceptions.add(Blueprint.RESOLVERS_RULE);
    }
  }

  String rule(Scalar name) {
    return take(name);
  }

  String guardrail(Scalar name) {
    return take(name);
  }

  private String take(Scalar name) {
    if (RESERVED.contains(name.text())) {
      problems.error(
          name.at(), "the name " + Said.quote(name.text()) + " is built in; take another");
    }
    SourceLocation first = taken.putIfAbsent(name.text(), name.at());
    if (first != null) {
      problems.error(
          name.at(),
          "the name "
              + Said.quote(name.text())
              + " is taken at "
              + first
              + "; rules and guardrails share their names");
    }
    return name.text();
  }

  /** The rules that {@code except} names; others are reported. */
  List<String> exceptions(List<Scalar> names) {
    List<String> out = new ArrayList<>();
    for (Scalar name : names) {
      if (exceptions.contains(name.text())) {
        out.add(name.text());
      } else {
        problems.error(name.at(), Said.undeclared("rule", name.text(), exceptions));
      }
    }
    return out;
  }
}
