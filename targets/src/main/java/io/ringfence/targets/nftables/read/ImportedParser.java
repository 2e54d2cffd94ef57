package io.ringfence.targets.nftables.read;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Takes a listing of all tables apart. Where the strict {@link RulesetParser} refuses, it notes a
 * {@link Construct} and has the rule both match and not.
 */
final class ImportedParser {
  private static final Set<String> FAMILIES = Set.of("ip", "ip6", "inet");
  private static final Set<String> HOOKS =
      Set.of("prerouting", "input", "forward", "output", "postrouting");

  /** Objects that say nothing by themselves. */
  private static final Set<String> OBJECTS =
      Set.of(
          "metainfo",
          "counter",
          "quota",
          "limit",
          "flowtable",
          "ct helper",
          "ct timeout",
          "ct expectation",
          "secmark",
          "synproxy");

  /**
   * Where the kernel enters a chain.
   *
   * @param translates whether only the first packets of connections enter
   */
  record Base(String chain, String family, boolean translates) {}

  private final Map<String, ReadChain> chains = new LinkedHashMap<>();
  private final List<Base> bases = new ArrayList<>();
  private final List<Construct> constructs = new ArrayList<>();
  private final List<ImportedRuleset.ImportedRule> rules = new ArrayList<>();
  private final Map<String, Map<String, Table>> tables = new TreeMap<>();
  private final Map<String, Integer> counts = new TreeMap<>();
  private final Map<String, Translation> translations = new LinkedHashMap<>();
  private final Set<String> dormant = new HashSet<>();
  private final List<JsonNode> items = new ArrayList<>();
  private boolean untracks;
  private boolean translates;
  private boolean remarks;
  private boolean dropsElsewhere;

  ImportedParser(JsonNode listing) {
    if (!listing.path("nftables").isArray()) {
      throw new UnreadableException("no array `nftables`, as `nft -j list ruleset` prints");
    }
    for (JsonNode item : listing.path("nftables")) {
      if (item.path("delete").has("table")) {
        forgetTable(item.get("delete").get("table"));
      } else {
        items.add(object(item));
      }
    }
    ImportLimits.check(items);
    items.forEach(this::survey);
    items.forEach(i -> each(i, "table", this::table));
    items.forEach(i -> each(i, "chain", this::chain));
    items.forEach(i -> each(i, "set", this::set));
    items.forEach(i -> each(i, "map", this::set));
    items.forEach(i -> each(i, "element", this::elements));
    for (int i = 0; i < items.size(); i++) {
      int index = i;
      each(items.get(i), "rule", r -> rule(r, index));
    }
  }

  /** The ruleset's objects, without the commands about them. */
  List<JsonNode> items() {
    return items;
  }

  Map<String, ReadChain> chains() {
    return chains;
  }

  List<Base> bases() {
    return bases;
  }

  List<Construct> constructs() {
    return constructs;
  }

  List<ImportedRuleset.ImportedRule> rules() {
    return rules;
  }

  /** Whether some rule takes packets from connection tracking. */
  boolean untracks() {
    return untracks;
  }

  /** Whether some rule changes destinations. */
  boolean translates() {
    return translates;
  }

  /** Whether packets may be dropped where no flow is followed: at a device or a bridge. */
  boolean dropsElsewhere() {
    return dropsElsewhere;
  }

  /** The sets of a table. */
  Map<String, Table> sets(String table) {
    return tables.get(table);
  }

  /** Whether some rule sets connections' marks to what is not known. */
  boolean remarks() {
    return remarks;
  }

  void translate(String place, Translation translation) {
    translations.put(place, translation);
  }

  Map<String, Translation> translations() {
    return translations;
  }

  void note(Construct construct) {
    constructs.add(construct);
  }

  /** Every map, and elements that are added to one. */
  void eachMap(Consumer<JsonNode> work) {
    items.forEach(i -> each(i, "map", work));
    items.forEach(i -> each(i, "element", work));
  }

  // --- Objects ---

  /** A transaction that deletes a table means what it adds to it afterwards. */
  private void forgetTable(JsonNode table) {
    String name = named(table, "name");
    items.removeIf(
        i -> {
          JsonNode body = i.elements().next();
          return named(body, i.has("table") ? "name" : "table").equals(name);
        });
  }

  /** The object itself, also where a command adds it. */
  private static JsonNode object(JsonNode item) {
    if (!item.isObject() || item.size() != 1) {
      throw new UnreadableException("item " + item);
    }
    JsonNode body = item.has("add") ? item.get("add") : item;
    if (!body.isObject() || body.size() != 1) {
      throw new UnreadableException("item " + item);
    }
    return body;
  }

  private void each(JsonNode item, String kind, Consumer<JsonNode> work) {
    if (item.has(kind)) {
      JsonNode body = item.get(kind);
      String table = kind.equals("table") ? named(body, "name") : named(body, "table");
      if (!dormant.contains(table)) {
        work.accept(body);
      }
    }
  }

  static String named(JsonNode body, String field) {
    return body.path("family").asText() + " " + body.path(field).asText();
  }

  /** What changes how other rules read, wherever it stands. */
  private void survey(JsonNode item) {
    String kind = item.fieldNames().next();
    boolean known =
        OBJECTS.contains(kind)
            || Set.of("table", "chain", "set", "map", "element", "rule").contains(kind);
    boolean clears = kind.equals("flush") && item.get("flush").has("ruleset");
    if (!known && !clears) {
      throw new UnreadableException("command or object `" + kind + "`");
    }
    for (JsonNode statement : item.path("rule").path("expr")) {
      String name = statement.isObject() && !statement.isEmpty() ? first(statement) : "";
      translates |= name.equals("dnat") || name.equals("redirect") || isTarget(statement);
      untracks |= name.equals("notrack") || isTarget(statement);
      remarks |= isTarget(statement) || name.equals("mangle") && !setsKnownMark(statement);
    }
  }

  private static String first(JsonNode node) {
    return node.fieldNames().next();
  }

  private static boolean isTarget(JsonNode statement) {
    return statement.has("xt") && !statement.get("xt").path("type").asText().equals("match");
  }

  static boolean setsKnownMark(JsonNode statement) {
    if (!statement.get("mangle").path("key").has("ct")) {
      return true;
    }
    try {
      new RuleParser(Map.of()).step("mangle", statement.get("mangle"));
      return true;
    } catch (UnreadableException e) {
      return false;
    }
  }

  private void table(JsonNode body) {
    String name = named(body, "name");
    if (body.path("flags").toString().contains("dormant")) {
      dormant.add(name);
      return;
    }
    tables.put(name, new TreeMap<>());
    String family = body.path("family").asText();
    if (!FAMILIES.contains(family)) {
      String effect = family.equals("arp") ? "it sees no IP packets" : "it may drop any packet";
      constructs.add(new Construct("table `" + name + "`", "a table of family " + family, effect));
    }
  }

  private void chain(JsonNode body) {
    String id = id(body, "name");
    String family = body.path("family").asText();
    String hook = body.path("hook").asText();
    if (!body.has("hook")) {
      chains.put(id, new ReadChain(id, Optional.empty()));
      return;
    }
    boolean accepts = body.path("policy").asText("accept").equals("accept");
    chains.put(
        id,
        new ReadChain(
            id, Optional.of(new ReadChain.Base(hook, body.path("prio").asInt(), accepts))));
    if (FAMILIES.contains(family) && HOOKS.contains(hook)) {
      bases.add(new Base(id, family, body.path("type").asText().equals("nat")));
    } else if (!family.equals("arp")) {
      dropsElsewhere = true;
      if (FAMILIES.contains(family)) {
        constructs.add(
            new Construct(chainPlace(body, "name"), "hook " + hook, "it may drop any packet"));
      }
    }
  }

  private static String id(JsonNode body, String field) {
    return named(body, "table") + " " + body.path(field).asText();
  }

  static String chainPlace(JsonNode body, String field) {
    return "table `" + named(body, "table") + "` chain `" + body.path(field).asText() + "`";
  }

  // --- Sets ---

  private void set(JsonNode body) {
    String name = body.path("name").asText();
    try {
      List<Type> types = new ArrayList<>();
      JsonNode declared = body.path("type");
      for (JsonNode type : declared.isArray() ? declared : List.of(declared)) {
        types.add(
            Type.named(type.asText())
                .orElseThrow(() -> new UnreadableException("a set of type " + type)));
      }
      for (JsonNode flag :
          body.path("flags").isArray() ? body.path("flags") : List.<JsonNode>of()) {
        if (!Set.of("interval", "constant").contains(flag.asText())) {
          throw new UnreadableException("a set whose elements come and go");
        }
      }
      if (body.has("map") && !body.path("map").asText().equals("verdict")) {
        throw new UnreadableException("a map to other than verdicts");
      }
      Table set = new Table(name, types, body.has("map"), Optional.empty());
      fill(set, body);
      tables.get(named(body, "table")).put(name, set);
    } catch (UnreadableException e) {
      forget(body, e.getMessage());
    }
  }

  private void fill(Table set, JsonNode body) {
    for (JsonNode original : body.path("elem")) {
      JsonNode element = plain(original, named(body, "table"));
      boolean maps = element.isArray();
      if (maps != set.isMap()) {
        throw new UnreadableException("element " + element);
      }
      List<Values> values = RuleParser.values(maps ? element.path(0) : element, set.types());
      Optional<Target> target =
          maps ? Optional.of(RuleParser.target(element.path(1))) : Optional.empty();
      RuleParser.add(set, values, target, element);
    }
  }

  private void elements(JsonNode body) {
    Table set = tables.get(named(body, "table")).get(body.path("name").asText());
    if (set != null) {
      try {
        fill(set, body);
      } catch (UnreadableException e) {
        forget(body, e.getMessage());
      }
    }
  }

  private void forget(JsonNode body, String why) {
    String name = body.path("name").asText();
    tables.get(named(body, "table")).remove(name);
    constructs.add(
        new Construct(
            "table `" + named(body, "table") + "` set `" + name + "`",
            why,
            "what it holds is not known"));
  }

  // --- Rules ---

  private void rule(JsonNode body, int index) {
    String id = id(body, "chain");
    ReadChain chain = chains.get(id);
    if (chain == null) {
      throw new UnreadableException("a rule of no chain: `" + id + "`");
    }
    String place = place(body, counts.merge(id, 1, Integer::sum));
    int before = constructs.size();
    if (FAMILIES.contains(body.path("family").asText())) {
      new ImportedRuleReader(this, chain, place, named(body, "table")).read(body.path("expr"));
    }
    rules.add(
        new ImportedRuleset.ImportedRule(
            place, RuleText.of(body.path("expr")), index, constructs.size() == before));
  }

  private static String place(JsonNode rule, int number) {
    if (rule.path("place").isTextual()) {
      return rule.path("place").textValue();
    }
    String handle = rule.has("handle") ? " (handle " + rule.get("handle") + ")" : "";
    return chainPlace(rule, "chain") + " rule " + number + handle;
  }

  /** A copy in which chains bear their tables' names, and interfaces are told by name. */
  static JsonNode plain(JsonNode node, String table) {
    if (node instanceof ArrayNode array) {
      ArrayNode out = array.arrayNode();
      array.forEach(n -> out.add(plain(n, table)));
      return out;
    }
    if (!(node instanceof ObjectNode object)) {
      return node;
    }
    ObjectNode out = object.objectNode();
    object
        .properties()
        .forEach(
            e -> {
              boolean goes = e.getKey().equals("jump") || e.getKey().equals("goto");
              out.set(
                  e.getKey(),
                  goes && e.getValue().has("target")
                      ? object
                          .objectNode()
                          .put("target", table + " " + e.getValue().get("target").asText())
                      : plain(e.getValue(), table));
            });
    String key = out.path("key").asText();
    if (key.equals("iif") || key.equals("oif")) {
      out.put("key", key + "name");
    }
    return out;
  }
}
