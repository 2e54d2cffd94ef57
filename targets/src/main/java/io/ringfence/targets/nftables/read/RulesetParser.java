package io.ringfence.targets.nftables.read;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads one table out of libnftables JSON: a kernel's listing, or a transaction as if it had been
 * loaded.
 */
final class RulesetParser {
  private static final String FAMILY = "inet";

  /** What an element may have beside a key that decides; timeouts are refused where it is read. */
  private static final Set<String> PLAIN =
      Set.of("val", "comment", "counter", "timeout", "expires");

  private final String table;
  private final List<String> names;
  private final Map<String, Table> tables = new TreeMap<>();
  private final Map<String, ReadChain> chains = new LinkedHashMap<>();
  private final List<JsonNode> rules = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private boolean present;

  /**
   * @param names the fqdn names that sets may be filled for
   */
  RulesetParser(String table, List<String> names) {
    this.table = table;
    this.names = names;
  }

  Reading parse(JsonNode root, io.ringfence.verifier.flows.FlowSpace space) {
    for (JsonNode item : root.path("nftables")) {
      guarded("", () -> item(item));
    }
    if (!present) {
      problems.add("there is no table `" + FAMILY + " " + table + "`");
    }
    RuleParser parser = new RuleParser(tables);
    Map<String, Integer> counts = new TreeMap<>();
    for (JsonNode rule : rules) {
      String chain = rule.path("chain").asText();
      String place = place(rule, counts.merge(chain, 1, Integer::sum));
      guarded(place, () -> rule(parser, chain, place, rule));
    }
    chains.values().forEach(this::checkTargets);
    return new Reading(space, chains, problems);
  }

  private static String place(JsonNode rule, int number) {
    String handle = rule.has("handle") ? " (handle " + rule.get("handle") + ")" : "";
    // A rule that counts for one of the blueprint's says so where they share a chain.
    String comment = rule.path("comment").asText();
    String counted = comment.startsWith("rule/") ? " (" + comment + ")" : "";
    return "chain `" + rule.path("chain").asText() + "` rule " + number + counted + handle;
  }

  private void guarded(String place, Runnable work) {
    try {
      work.run();
    } catch (UnreadableException e) {
      problems.add(place.isEmpty() ? e.getMessage() : e.getMessage() + " in " + place);
    }
  }

  private void rule(RuleParser parser, String chain, String place, JsonNode rule) {
    if (!chains.containsKey(chain)) {
      throw new UnreadableException("no chain `" + chain + "`");
    }
    chains.get(chain).add(new ReadChain.ReadRule(place, parser.parse(rule.path("expr"))));
  }

  private void checkTargets(ReadChain chain) {
    for (ReadChain.ReadRule rule : chain.rules()) {
      for (Step step : rule.steps()) {
        if (step instanceof Step.Go go) {
          checkTarget(rule.place(), go.target());
        } else if (step instanceof Step.Lookup lookup) {
          lookup
              .map()
              .elements()
              .forEach(e -> e.target().ifPresent(t -> checkTarget(rule.place(), t)));
        }
      }
    }
  }

  private void checkTarget(String place, Target target) {
    String chain =
        switch (target) {
          case Target.Jump t -> t.chain();
          case Target.Goto t -> t.chain();
          case Target.Accept t -> "";
          case Target.Drop t -> "";
          case Target.Return t -> "";
        };
    boolean goes = target instanceof Target.Jump || target instanceof Target.Goto;
    if (goes && !chains.containsKey(chain)) {
      problems.add("no chain `" + chain + "` to go to in " + place);
    }
  }

  // --- Commands and objects ---

  private void item(JsonNode item) {
    String kind = item.fieldNames().next();
    JsonNode body = item.get(kind);
    switch (kind) {
      case "add", "create" -> add(body.fieldNames().next(), body.elements().next());
      case "delete" -> delete(body.fieldNames().next(), body.elements().next());
      default -> add(kind, body);
    }
  }

  private boolean isOurs(String name, JsonNode body) {
    return body.path("family").asText().equals(FAMILY) && body.path(name).asText().equals(table);
  }

  private void add(String kind, JsonNode body) {
    switch (kind) {
      case "metainfo" -> {}
      case "table" -> addTable(body);
      default -> {
        if (isOurs("table", body)) {
          addPart(kind, body);
        }
      }
    }
  }

  private void addTable(JsonNode body) {
    if (isOurs("name", body)) {
      present = true;
      if (body.path("flags").toString().contains("dormant")) {
        throw new UnreadableException("table `" + table + "` is dormant: it does nothing");
      }
    }
  }

  private void delete(String kind, JsonNode body) {
    if (!kind.equals("table")) {
      throw new UnreadableException("command `delete " + kind + "`");
    }
    if (isOurs("name", body)) {
      present = false;
      tables.clear();
      chains.clear();
      rules.clear();
    }
  }

  private void addPart(String kind, JsonNode body) {
    String name = body.path("name").asText();
    switch (kind) {
      case "chain" -> chains.put(name, new ReadChain(name, base(body)));
      case "set" -> addSet(name, body, fqdn(name, body));
      case "map" -> addSet(name, body, Optional.empty());
      case "element" -> addElements(tables.get(name), body.path("elem"));
      case "rule" -> rules.add(body);
      default -> throw new UnreadableException("`" + kind + "` object `" + name + "`");
    }
  }

  private static Optional<ReadChain.Base> base(JsonNode chain) {
    if (!chain.has("hook")) {
      return Optional.empty();
    }
    String hook = chain.path("hook").asText();
    if (!chain.path("type").asText().equals("filter")) {
      throw new UnreadableException("chain `" + chain.path("name").asText() + "` is no filter");
    }
    if (!List.of("input", "output", "forward").contains(hook)) {
      throw new UnreadableException("chain at hook `" + hook + "`");
    }
    boolean accepts = chain.path("policy").asText("accept").equals("accept");
    return Optional.of(new ReadChain.Base(hook, chain.path("prio").asInt(), accepts));
  }

  private void addSet(String name, JsonNode body, Optional<String> fqdn) {
    List<Type> types = new ArrayList<>();
    JsonNode declared = body.path("type");
    for (JsonNode type : declared.isArray() ? declared : List.of(declared)) {
      types.add(
          Type.named(type.asText())
              .orElseThrow(() -> new UnreadableException("set `" + name + "` of type " + type)));
    }
    for (JsonNode flag : body.path("flags")) {
      boolean known = flag.asText().equals("interval") || flag.asText().equals("constant");
      if (!known && fqdn.isEmpty()) {
        throw new UnreadableException("set `" + name + "` with flag `" + flag.asText() + "`");
      }
    }
    for (JsonNode statement : body.path("stmt")) {
      if (!statement.has("counter")) {
        throw new UnreadableException("set `" + name + "` with statement " + statement);
      }
    }
    if (body.has("map") && !body.path("map").asText().equals("verdict")) {
      throw new UnreadableException("map `" + name + "` to other than verdicts");
    }
    Table set = new Table(name, types, body.has("map"), fqdn);
    tables.put(name, set);
    addElements(set, body.path("elem"));
  }

  /** What fills a set whose elements expire: the name in its own name, or in its comment. */
  private Optional<String> fqdn(String name, JsonNode body) {
    if (!body.path("flags").toString().contains("\"timeout\"")) {
      return Optional.empty();
    }
    String called = name.replaceFirst("^fqdn[46]/", "");
    return names.stream()
        .filter(n -> n.equals(called) || n.equals(body.path("comment").asText()))
        .findFirst();
  }

  /** What fills a name's set now is no matter: it is read as whatever the resolvers answer. */
  private static void addElements(Table set, JsonNode elements) {
    if (set == null) {
      throw new UnreadableException("elements of no set: " + elements);
    }
    if (set.fqdn().isPresent()) {
      return;
    }
    for (JsonNode element : elements) {
      boolean maps = element.isArray();
      if (maps != set.isMap()) {
        throw new UnreadableException("element " + element + " of `" + set.name() + "`");
      }
      JsonNode key = maps ? element.path(0) : element;
      requirePlain(key);
      List<Values> values = RuleParser.values(key, set.types());
      Optional<Target> target =
          maps ? Optional.of(RuleParser.target(element.path(1))) : Optional.empty();
      RuleParser.add(set, values, target, element);
    }
  }

  /** What an element says of itself and counts decides nothing; a limit or a quota would. */
  private static void requirePlain(JsonNode key) {
    key.path("elem")
        .fieldNames()
        .forEachRemaining(
            f -> {
              if (!PLAIN.contains(f)) {
                throw new UnreadableException("element " + key + " with `" + f + "`");
              }
            });
  }
}
