package io.ringfence.targets.nftables.read;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Reads one rule of a listing, statement by statement. Where the strict {@link RuleParser} refuses,
 * it notes a {@link Construct} and has the rule both match and not.
 */
final class ImportedRuleReader {
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

  /** What leaves nothing behind, wherever it stands; the counter only if it has no name. */
  private static final Set<String> TRACELESS = Set.of("counter", "continue", "last");

  /** What goes on for some packets only. */
  private static final Set<String> CONDITIONS =
      Set.of("match", "limit", "quota", "ct count", "set", "map", "meter");

  /** What only looks at packets, or says where they go. */
  private static final Set<String> PURE =
      Set.of("match", "vmap", "accept", "drop", "return", "jump", "goto");

  private static final Set<String> TRANSLATIONS = Set.of("dnat", "redirect", "snat", "masquerade");

  static final String ANY_FAMILY = "of which family, for nft leaves out of its listing which";
  static final String ANY_PROTOCOL = "ports of any protocol";

  private static final Table NOTHING = new Table("", List.of(), false, Optional.empty());

  private final ImportedParser parsed;
  private final ReadChain chain;
  private final String place;
  private final String table;
  private final RuleParser parser;
  private final List<Step> steps = new ArrayList<>();

  ImportedRuleReader(ImportedParser parsed, ReadChain chain, String place, String table) {
    this.parsed = parsed;
    this.chain = chain;
    this.place = place;
    this.table = table;
    this.parser = new RuleParser(parsed.sets(table));
  }

  void read(JsonNode statements) {
    for (JsonNode statement : statements) {
      if (!statement.isObject() || statement.size() != 1) {
        anything(statement, "statement");
        continue;
      }
      statement(statement.fieldNames().next(), statement);
    }
    chain.add(new ReadChain.ReadRule(place, steps));
  }

  private void statement(String kind, JsonNode statement) {
    JsonNode body = ImportedParser.plain(statement, table).get(kind);
    if (isNoted(kind, body)) {
      effect(statement);
    }
    Translation.of(kind, body).ifPresent(t -> parsed.translate(place, t));
    if (TRANSLATIONS.contains(kind)) {
      // The kernel asks its chain no further.
      steps.add(new Step.Go(new Target.Accept()));
    } else if (HARMLESS.contains(kind)) {
      return;
    } else if (kind.equals("notrack")) {
      note(statement, "whether its packets are tracked as connections");
    } else if (kind.equals("mangle")) {
      mangle(body, statement);
    } else if (kind.equals("reject")) {
      rejected(body).ifPresent(steps::add);
      if (body.path("type").asText().equals("tcp reset") && !namesFamily()) {
        perhaps(statement, ANY_FAMILY);
      }
      steps.add(new Step.Go(new Target.Drop()));
    } else if (kind.equals("limit")) {
      perhaps(statement, "a limit passes some packets and not others");
    } else {
      parse(kind, body, statement);
    }
  }

  /** Whether it does anything beside deciding. */
  private static boolean isNoted(String kind, JsonNode body) {
    boolean traceless = TRACELESS.contains(kind) && !(kind.equals("counter") && body.isTextual());
    return !traceless && !PURE.contains(kind);
  }

  private void effect(JsonNode statement) {
    steps.add(new Step.Effect(RuleText.statement(statement)));
  }

  /**
   * What can be rejected so. nft leaves a match out of its listing when the kind of the rejection
   * implies it: {@code meta nfproto ipv4 reject}, {@code meta l4proto tcp reject with tcp reset}.
   */
  private Optional<Step> rejected(JsonNode body) {
    return switch (body.path("type").asText()) {
      case "icmp" -> Optional.of(has(Field.FAMILY, "ipv4"));
      case "icmpv6" -> Optional.of(has(Field.FAMILY, "ipv6"));
      case "tcp reset" -> Optional.of(has(Field.PROTOCOL, "tcp"));
      default -> Optional.empty();
    };
  }

  /** Whether the table or some match of the rule is of one family only. */
  private boolean namesFamily() {
    return !table.startsWith("inet ")
        || steps.stream()
            .flatMap(s -> s.key().parts().stream())
            .anyMatch(p -> p.field().type().isAddress());
  }

  /** nft compares two fields that stand side by side at once, also where both are negated. */
  private boolean isMergedWithLast(Step step) {
    return !steps.isEmpty()
        && steps.getLast() instanceof Step.Match last
        && step instanceof Step.Match match
        && last.inverted()
        && match.inverted()
        && header(last).equals(header(match));
  }

  private static Field field(Step step) {
    return step.key().parts().getFirst().field();
  }

  /** The header that a field is of, as `tcp`. */
  private static String header(Step step) {
    String text = field(step).text();
    return text.substring(0, text.indexOf(' ')).replace("meta", text).replace("ct", text);
  }

  /** Whether packets have what a match looks at. */
  private static Step anyValue(Step step) {
    Key key = step.key();
    List<Type> types = key.parts().stream().map(p -> p.field().type()).toList();
    Table any = new Table("", types, false, Optional.empty());
    List<Values> values = new ArrayList<>();
    key.parts().forEach(p -> values.add(new Values.Any()));
    any.add(new Table.Element(values, Optional.empty(), "any"));
    return new Step.Match(key, any, false);
  }

  private static Step isNot(Field field, String word) {
    Step.Match has = (Step.Match) has(field, word);
    return new Step.Match(has.key(), has.table(), true);
  }

  private static Step has(Field field, String word) {
    Key key = new Key(List.of(new Key.Part(field, OptionalLong.empty())));
    Table one = new Table("", List.of(field.type()), false, Optional.empty());
    long number = field.type().number(word).orElseThrow();
    one.add(new Table.Element(List.of(Values.Numbers.of(number)), Optional.empty(), word));
    return new Step.Match(key, one, false);
  }

  /** Why, unless that is to repeat the statement. */
  private static String because(UnreadableException e) {
    boolean repeats =
        e.getMessage().startsWith("field ") || e.getMessage().startsWith("statement ");
    return repeats ? "" : ": " + e.getMessage();
  }

  /** Where no rule translates destinations, only connections from before can have been. */
  private boolean isTranslatedBefore(String kind, JsonNode body) {
    return kind.equals("match")
        && !parsed.translates()
        && body.path("left").path("ct").path("key").asText().equals("status")
        && !body.path("op").asText().equals("!=")
        && body.path("right").asText().equals("dnat");
  }

  private void parse(String kind, JsonNode body, JsonNode statement) {
    if (isTranslatedBefore(kind, body)) {
      steps.add(isNot(Field.STATE, "new"));
      perhaps(
          statement, "whether it matches connections that were translated before this was loaded");
      return;
    }
    try {
      Optional<Step> step = flags(kind, body).or(() -> parser.step(kind, body));
      step.ifPresent(this::checkPorts);
      step.ifPresent(this::checkTargets);
      step.ifPresent(this::checkKnown);
      if (step.isPresent() && isMergedWithLast(step.get())) {
        // Where the last one does not match, the two together still may.
        Step last = steps.removeLast();
        steps.add(anyValue(last));
        steps.add(anyValue(step.get()));
        perhaps(statement, "whether it matches: nft may load it and the match before as one");
        return;
      }
      step.ifPresent(steps::add);
    } catch (UnreadableException e) {
      if (kind.equals("vmap")) {
        branches(body, statement, e.getMessage());
      } else if (CONDITIONS.contains(kind) || isMatch(statement)) {
        readable(kind, body).ifPresent(steps::add);
        perhaps(statement, "whether it matches" + because(e));
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
    Key key = new Key(List.of(new Key.Part(Field.TCP_FLAGS, OptionalLong.of(any))));
    Table none = new Table("", List.of(Type.TCP_FLAGS), false, Optional.empty());
    none.add(new Table.Element(List.of(Values.Numbers.of(0)), Optional.empty(), "0"));
    return Optional.of(new Step.Match(key, none, true));
  }

  /** What other rules change where this reader does not follow is not known here. */
  private void checkKnown(Step step) {
    for (Key.Part part : step.key().parts()) {
      boolean marked = part.field() == Field.MARK && parsed.remarks();
      boolean moved =
          parsed.translates()
              && Set.of(Field.CT_DESTINATION_4, Field.CT_DESTINATION_6, Field.CT_PORT)
                  .contains(part.field());
      if (marked || moved) {
        throw new UnreadableException("`" + part.field().text() + "` as other rules change it");
      }
    }
  }

  /**
   * What {@code th} reads are ports only where the rule says of which protocols: nft leaves a match
   * of another protocol out of its listing when ports stand in a concatenation.
   */
  private void checkPorts(Step step) {
    boolean asks =
        step.key().parts().stream()
            .anyMatch(p -> p.field() == Field.ANY_PORT || p.field() == Field.ANY_SOURCE_PORT);
    if (asks && !isPorted(step) && steps.stream().noneMatch(ImportedRuleReader::isPorted)) {
      throw new UnreadableException(ANY_PROTOCOL);
    }
  }

  /** Whether only packets of protocols with ports go on. */
  private static boolean isPorted(Step step) {
    Table table =
        switch (step) {
          case Step.Match s when !s.inverted() -> s.table();
          case Step.Lookup s -> s.map();
          case Step.Match s -> NOTHING;
          case Step.Perhaps s -> NOTHING;
          case Step.SetMark s -> NOTHING;
          case Step.Effect s -> NOTHING;
          case Step.Go s -> NOTHING;
        };
    List<Field> fields = step.key().parts().stream().map(Key.Part::field).toList();
    int at = fields.indexOf(Field.PROTOCOL);
    return at >= 0
        && !table.elements().isEmpty()
        && table.elements().stream().allMatch(e -> isPorted(e.values().get(at)));
  }

  private static boolean isPorted(Values values) {
    return values instanceof Values.Numbers numbers
        && numbers.ranges().stream()
            .allMatch(
                r ->
                    r.first() == r.last()
                        && Box.PORTED.stream().anyMatch(p -> p.number() == r.first()));
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
    if (!parsed.chains().containsKey(name)) {
      throw new UnreadableException("no chain `" + name + "` to go to in " + place);
    }
  }

  private void mangle(JsonNode body, JsonNode statement) {
    JsonNode key = body.path("key");
    if (key.has("payload")) {
      anything(statement, "what packets bear after it");
    } else if (key.path("ct").path("key").asText().equals("mark")) {
      if (ImportedParser.setsKnownMark(statement)) {
        steps.add(parser.step("mangle", body).orElseThrow());
      } else {
        note(statement, "what mark connections have after it");
      }
    }
  }

  private void note(JsonNode statement, String effect) {
    parsed.note(new Construct(place, RuleText.statement(statement), effect));
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
    Set<Target> targets = new LinkedHashSet<>();
    JsonNode data = body.path("data");
    if (data.has("set")) {
      data.get("set").forEach(e -> addTarget(e, targets));
    } else {
      String name = data.asText().replaceFirst("^@", "");
      parsed.eachMap(m -> addTargets(m, name, targets));
      // Elements may be added while it is loaded.
      targets.add(new Target.Accept());
      targets.add(new Target.Drop());
    }
    targets.forEach(t -> alternative(statement, t));
  }

  private void addTargets(JsonNode map, String name, Set<Target> out) {
    if (ImportedParser.named(map, "table").equals(table)
        && map.path("name").asText().equals(name)) {
      map.path("elem").forEach(e -> addTarget(ImportedParser.plain(e, table), out));
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
