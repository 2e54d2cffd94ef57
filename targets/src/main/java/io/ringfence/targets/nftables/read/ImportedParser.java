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

/**
 * Takes a listing of all tables apart. Where the strict {@link RulesetParser} refuses, it notes a
 * {@link Construct} and has the rule both match and not.
 */
final class ImportedParser {
  /** What neither matches nor decides. */
  private static final Set<String> HARMLESS =
      Set.of(
          "counter",
          "log",
          "flow",
          "ct helper",
          "ct timeout",
          "ct expectation",
          "secmark",
          "dup",
          "last",
          "continue");

  /** What goes on for some packets only. */
  private static final Set<String> CONDITIONS =
      Set.of("match", "limit", "quota", "ct count", "set", "map", "meter");

  private static final Set<String> TRANSLATIONS = Set.of("dnat", "redirect", "snat", "masquerade");
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

  private void each(JsonNode item, String kind, java.util.function.Consumer<JsonNode> work) {
    if (item.has(kind)) {
      JsonNode body = item.get(kind);
      String table = kind.equals("table") ? named(body, "name") : named(body, "table");
      if (!dormant.contains(table)) {
        work.accept(body);
      }
    }
  }

  private static String named(JsonNode body, String field) {
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

  private static boolean setsKnownMark(JsonNode statement) {
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

  private static String chainPlace(JsonNode body, String field) {
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
      new RuleReading(chain, place, named(body, "table")).read(body.path("expr"));
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
  private static JsonNode plain(JsonNode node, String table) {
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

  /** One rule, statement by statement. */
  private final class RuleReading {
    private final ReadChain chain;
    private final String place;
    private final String table;
    private final RuleParser parser;
    private final List<Step> steps = new ArrayList<>();

    RuleReading(ReadChain chain, String place, String table) {
      this.chain = chain;
      this.place = place;
      this.table = table;
      this.parser = new RuleParser(tables.get(table));
    }

    void read(JsonNode statements) {
      for (JsonNode statement : statements) {
        if (!statement.isObject() || statement.size() != 1) {
          anything(statement, "statement");
          continue;
        }
        statement(first(statement), statement);
      }
      chain.add(new ReadChain.ReadRule(place, steps));
    }

    private void statement(String kind, JsonNode statement) {
      JsonNode body = plain(statement, table).get(kind);
      if (TRANSLATIONS.contains(kind)) {
        // The kernel asks its chain no further.
        steps.add(new Step.Go(new Target.Accept()));
      } else if (HARMLESS.contains(kind)) {
        return;
      } else if (kind.equals("notrack")) {
        note(statement, "whether its packets are tracked as connections");
      } else if (kind.equals("mangle")) {
        mangle(body, statement);
      } else if (kind.equals("limit")) {
        perhaps(statement, "a limit passes some packets and not others");
      } else {
        parse(kind, body, statement);
      }
    }

    private void parse(String kind, JsonNode body, JsonNode statement) {
      try {
        Optional<Step> step = flags(kind, body).or(() -> parser.step(kind, body));
        step.ifPresent(this::checkTargets);
        step.ifPresent(this::checkKnown);
        step.ifPresent(steps::add);
      } catch (UnreadableException e) {
        if (kind.equals("vmap")) {
          branches(body, statement, e.getMessage());
        } else if (CONDITIONS.contains(kind) || isMatch(statement)) {
          readable(kind, body).ifPresent(steps::add);
          perhaps(statement, "whether it matches: " + e.getMessage());
        } else {
          anything(statement, e.getMessage());
        }
      }
    }

    /** Packets without the field that is compared do not match, whatever it is compared with. */
    private Optional<Step> readable(String kind, JsonNode body) {
      try {
        return kind.equals("match")
            ? Optional.of(RuleParser.readable(body.path("left")))
            : Optional.empty();
      } catch (UnreadableException e) {
        return Optional.empty();
      }
    }

    private boolean isMatch(JsonNode statement) {
      return statement.path("xt").path("type").asText().equals("match");
    }

    /** {@code tcp flags syn}: any of some flags. */
    private Optional<Step> flags(String kind, JsonNode body) {
      boolean ofTcp = body.path("left").path("payload").path("field").asText().equals("flags");
      if (!kind.equals("match") || !ofTcp || !body.path("op").asText().equals("in")) {
        return Optional.empty();
      }
      long any = ValueParser.number(body.path("right"), Type.TCP_FLAGS);
      Key key = new Key(List.of(new Key.Part(Field.TCP_FLAGS, java.util.OptionalLong.of(any))));
      Table none = new Table("", List.of(Type.TCP_FLAGS), false, Optional.empty());
      none.add(new Table.Element(List.of(Values.Numbers.of(0)), Optional.empty(), "0"));
      return Optional.of(new Step.Match(key, none, true));
    }

    /** What other rules change where this reader does not follow is not known here. */
    private void checkKnown(Step step) {
      for (Key.Part part : step.key().parts()) {
        boolean marked = part.field() == Field.MARK && remarks;
        boolean moved =
            translates
                && Set.of(Field.CT_DESTINATION_4, Field.CT_DESTINATION_6, Field.CT_PORT)
                    .contains(part.field());
        if (marked || moved) {
          throw new UnreadableException("`" + part.field().text() + "` as other rules change it");
        }
      }
    }

    private void checkTargets(Step step) {
      if (step instanceof Step.Go go) {
        checkTarget(go.target());
      } else if (step instanceof Step.Lookup lookup) {
        lookup.map().elements().forEach(e -> checkTarget(e.target().orElseThrow()));
      }
    }

    private void checkTarget(Target target) {
      String name =
          switch (target) {
            case Target.Jump t -> t.chain();
            case Target.Goto t -> t.chain();
            case Target.Accept t -> chain.name();
            case Target.Drop t -> chain.name();
            case Target.Return t -> chain.name();
          };
      if (!chains.containsKey(name)) {
        throw new UnreadableException("no chain `" + name + "` to go to in " + place);
      }
    }

    private void mangle(JsonNode body, JsonNode statement) {
      JsonNode key = body.path("key");
      if (key.has("payload")) {
        anything(statement, "what packets bear after it");
      } else if (key.path("ct").path("key").asText().equals("mark")) {
        if (setsKnownMark(statement)) {
          steps.add(parser.step("mangle", body).orElseThrow());
        } else {
          note(statement, "what mark connections have after it");
        }
      }
    }

    private void note(JsonNode statement, String effect) {
      constructs.add(new Construct(place, RuleText.statement(statement), effect));
    }

    private void perhaps(JsonNode statement, String effect) {
      note(statement, effect);
      steps.add(new Step.Perhaps(RuleText.statement(statement)));
    }

    /** A statement that may decide anything, or nothing. */
    private void anything(JsonNode statement, String why) {
      note(statement, "it may accept, drop or go on: " + why);
      alternative(statement, new Target.Accept());
      alternative(statement, new Target.Drop());
      steps.add(new Step.Perhaps(RuleText.statement(statement)));
    }

    private void branches(JsonNode body, JsonNode statement, String why) {
      note(statement, "where it leads: " + why);
      Set<Target> targets = new java.util.LinkedHashSet<>();
      JsonNode data = body.path("data");
      if (data.has("set")) {
        data.get("set").forEach(e -> addTarget(e, targets));
      } else {
        String name = data.asText().replaceFirst("^@", "");
        items.forEach(i -> each(i, "map", m -> addTargets(m, name, targets)));
        items.forEach(i -> each(i, "element", m -> addTargets(m, name, targets)));
        // Elements may be added while it is loaded.
        targets.add(new Target.Accept());
        targets.add(new Target.Drop());
      }
      targets.forEach(t -> alternative(statement, t));
    }

    private void addTargets(JsonNode map, String name, Set<Target> out) {
      if (named(map, "table").equals(table) && map.path("name").asText().equals(name)) {
        map.path("elem").forEach(e -> addTarget(plain(e, table), out));
      }
    }

    private void addTarget(JsonNode element, Set<Target> out) {
      JsonNode verdict = element.path(1);
      if (!verdict.isObject() || verdict.has("continue")) {
        return;
      }
      Target target = RuleParser.target(verdict);
      checkTarget(target);
      out.add(target);
    }

    private void alternative(JsonNode statement, Target target) {
      List<Step> one = new ArrayList<>(steps);
      one.add(new Step.Perhaps(RuleText.statement(statement)));
      one.add(new Step.Go(target));
      chain.add(new ReadChain.ReadRule(place, one));
    }
  }
}
