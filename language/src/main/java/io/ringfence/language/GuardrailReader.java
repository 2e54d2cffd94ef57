package io.ringfence.language;

import io.ringfence.language.EndpointReader.Use;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Guardrail;
import io.ringfence.model.NamePattern;
import io.ringfence.model.SourceLocation;
import java.util.List;
import java.util.Optional;

/** Reads {@code guardrails:}. */
final class GuardrailReader {
  private final Reading reading;
  private final EndpointReader endpoints;
  private final RuleNames ruleNames;

  GuardrailReader(Reading reading, EndpointReader endpoints, RuleNames ruleNames) {
    this.reading = reading;
    this.endpoints = endpoints;
    this.ruleNames = ruleNames;
  }

  List<Guardrail> read() {
    return reading.sections().list("guardrails").stream()
        .flatMap(n -> Fields.of(n, reading.refused()).flatMap(this::guardrail).stream())
        .toList();
  }

  private Optional<Guardrail> guardrail(Fields fields) {
    Optional<String> name = fields.scalar("name").map(ruleNames::guardrail);
    List<String> except = ruleNames.exceptions(fields.scalars("except"));
    Optional<Guardrail> read = kind(fields, name.orElse(""), except);
    return name.isEmpty() ? Optional.empty() : read;
  }

  private Optional<Guardrail> kind(Fields fields, String name, List<String> except) {
    SourceLocation at = fields.at();
    if (fields.has("never")) {
      return fields.fields("never").map(f -> new Guardrail.Never(name, from(f), to(f), except, at));
    }
    if (fields.has("only")) {
      return fields.fields("only").map(f -> new Guardrail.Only(name, from(f), to(f), except, at));
    }
    if (fields.has("unreachable")) {
      List<Endpoint> places = endpoints.all(fields, "unreachable", Use.GUARDRAIL_PLACE);
      return Optional.of(new Guardrail.Unreachable(name, places, except, at));
    }
    if (fields.has("isolated")) {
      return Optional.of(new Guardrail.Isolated(name, at));
    }
    return fields.fields("contained").map(f -> contained(name, f, at));
  }

  private List<Endpoint> from(Fields fields) {
    return endpoints.all(fields, "from", Use.GUARDRAIL_PLACE);
  }

  private List<Endpoint> to(Fields fields) {
    return endpoints.all(fields, "to", Use.GUARDRAIL_TO);
  }

  private Guardrail contained(String name, Fields fields, SourceLocation at) {
    Optional<List<NamePattern>> collections =
        fields.has("collections")
            ? Optional.of(
                fields.scalars("collections").stream().map(s -> new NamePattern(s.text())).toList())
            : Optional.empty();
    return new Guardrail.Contained(
        name,
        endpoints.all(fields, "compromise", Use.GUARDRAIL_PLACE),
        endpoints.all(fields, "within", Use.GUARDRAIL_PLACE),
        collections,
        at);
  }
}
