package io.ringfence.language;

import io.ringfence.model.Blueprint;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Engine;
import io.ringfence.model.EngineCatalogue;
import io.ringfence.model.Place;
import io.ringfence.model.Prefix;
import io.ringfence.model.Selector;
import io.ringfence.model.Selector.Operator;
import io.ringfence.model.SourceLocation;
import io.ringfence.model.Workload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Endpoints on a command line: {@code web}, {@code qdrant/grpc}, {@code internet}, {@code
 * 10.0.0.1}, {@code 10.0.0.0/8}, {@code s3.eu-central-1.amazonaws.com}, and workloads by label as
 * kubectl selects them: {@code select:team=search,tier!=edge,env in (test,stage),!legacy}.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/">labels
 *     and selectors</a>
 */
public final class EndpointSyntax {
  private static final String SELECT = "select:";
  private static final SourceLocation AT = new SourceLocation("command line", 0, 0);

  private EndpointSyntax() {}

  /**
   * The endpoint that the text names in the blueprint. A declared name goes before all else.
   *
   * @throws IllegalArgumentException with words for the operator when it names nothing
   */
  public static Endpoint parse(String text, Blueprint blueprint) {
    if (text.startsWith(SELECT)) {
      return whole(new Place.OfSelector(selector(text.substring(SELECT.length()))));
    }
    Optional<Place> name = named(text, blueprint);
    if (name.isPresent()) {
      return whole(name.get());
    }
    Optional<Prefix> prefix = prefix(text);
    if (prefix.isPresent()) {
      return whole(new Place.OfPrefix(prefix.get()));
    }
    int slash = text.indexOf('/');
    if (slash > 0) {
      return service(text.substring(0, slash), text.substring(slash + 1), blueprint);
    }
    if (BlueprintShape.FQDN.matches(text)) {
      return whole(new Place.OfFqdn(Values.fqdn(text)));
    }
    throw undeclared(text, blueprint);
  }

  private static Endpoint whole(Place place) {
    return new Endpoint(place, new Endpoint.Ports.Any(), AT);
  }

  private static Optional<Place> named(String name, Blueprint blueprint) {
    if (name.equals(Blueprint.INTERNET)) {
      return Optional.of(new Place.Internet());
    }
    if (blueprint.workloads().containsKey(name)) {
      return Optional.of(new Place.OfWorkload(name));
    }
    return blueprint.segments().containsKey(name)
        ? Optional.of(new Place.OfSegment(name))
        : Optional.empty();
  }

  private static IllegalArgumentException undeclared(String name, Blueprint blueprint) {
    List<String> known = new ArrayList<>(blueprint.workloads().keySet());
    known.addAll(blueprint.segments().keySet());
    known.add(Blueprint.INTERNET);
    return new IllegalArgumentException(Said.undeclared("workload or segment", name, known));
  }

  /** Text of digits, dots, colons and a length; what is wrong with such text is said. */
  private static Optional<Prefix> prefix(String text) {
    boolean literal = text.matches("[0-9.]+(/.*)?|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*(/.*)?");
    return literal ? Optional.of(Prefix.parse(text)) : Optional.empty();
  }

  private static Endpoint service(String name, String service, Blueprint blueprint) {
    Place place = named(name, blueprint).orElseThrow(() -> undeclared(name, blueprint));
    List<Workload> servers =
        blueprint.workloads().values().stream()
            .filter(w -> w.name().equals(name) || w.segment().equals(name))
            .toList();
    if (servers.stream().anyMatch(w -> w.services().containsKey(service))) {
      return new Endpoint(place, new Endpoint.Ports.OfService(service), AT);
    }
    servers.forEach(w -> refuseShared(w, service));
    TreeSet<String> known = new TreeSet<>();
    servers.forEach(w -> known.addAll(w.services().keySet()));
    throw new IllegalArgumentException(
        Said.quote(name)
            + " has no service "
            + Said.quote(service)
            + "; "
            + Said.instead(service, "known", known));
  }

  private static void refuseShared(Workload workload, String role) {
    Optional<Engine> engine = workload.engine().flatMap(EngineCatalogue::find);
    Optional<String> message = engine.flatMap(e -> SharedRole.message(e, role, workload.name()));
    message.ifPresent(
        m -> {
          throw new IllegalArgumentException(m);
        });
  }

  private static Selector selector(String text) {
    Map<String, String> labels = new TreeMap<>();
    List<Selector.Requirement> requirements = new ArrayList<>();
    for (String term : terms(text)) {
      String[] equal = term.split("==?", 2);
      if (!term.contains("!=") && equal.length == 2) {
        String key = label(equal[0], text);
        String previous = labels.putIfAbsent(key, value(equal[1], text));
        if (previous != null && !previous.equals(equal[1].strip())) {
          requirements.add(
              new Selector.Requirement(key, Operator.IN, List.of(value(equal[1], text))));
        }
      } else {
        requirements.add(requirement(term, text));
      }
    }
    return new Selector(labels, requirements);
  }

  /** Parts between commas outside parentheses. */
  private static List<String> terms(String text) {
    List<String> out = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i <= text.length(); i++) {
      char c = i < text.length() ? text.charAt(i) : ',';
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (c == ',' && depth <= 0) {
        out.add(text.substring(start, i).strip());
        start = i + 1;
      }
    }
    return text.isBlank() ? List.of() : out;
  }

  private static Selector.Requirement requirement(String term, String text) {
    if (term.contains("!=")) {
      String[] sides = term.split("!=", 2);
      return new Selector.Requirement(
          label(sides[0], text), Operator.NOT_IN, List.of(value(sides[1], text)));
    }
    int open = term.indexOf('(');
    if (open >= 0) {
      return amongValues(term, open, text);
    }
    boolean absent = term.startsWith("!");
    return new Selector.Requirement(
        label(absent ? term.substring(1) : term, text),
        absent ? Operator.DOES_NOT_EXIST : Operator.EXISTS,
        List.of());
  }

  private static Selector.Requirement amongValues(String term, int open, String text) {
    List<String> words = List.of(term.substring(0, open).strip().split(" +", -1));
    if (words.size() != 2 || !term.endsWith(")")) {
      throw malformed(text);
    }
    Operator operator =
        switch (words.get(1)) {
          case "in" -> Operator.IN;
          case "notin" -> Operator.NOT_IN;
          default -> throw malformed(text);
        };
    List<String> values =
        Arrays.stream(term.substring(open + 1, term.length() - 1).split(",", -1))
            .map(v -> value(v, text))
            .toList();
    return new Selector.Requirement(label(words.getFirst(), text), operator, values);
  }

  private static String label(String key, String text) {
    String stripped = key.strip();
    if (!BlueprintShape.LABEL_KEY.matches(stripped)) {
      throw malformed(text);
    }
    return stripped;
  }

  private static String value(String value, String text) {
    String stripped = value.strip();
    if (!BlueprintShape.LABEL_VALUE.matches(stripped)) {
      throw malformed(text);
    }
    return stripped;
  }

  private static IllegalArgumentException malformed(String text) {
    return new IllegalArgumentException(
        Said.quote(text)
            + " is no selector; write for instance select:team=search,tier!=edge,env in"
            + " (test,stage)");
  }
}
