package io.ringfence.targets.nftables.read;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A smaller ruleset that does the same: without the rules that make no difference, with neighbours
 * that differ in one value made one.
 *
 * <p>INVARIANT (proved): it is compared with the whole, read anew, before anybody sees it.
 *
 * @param ruleset as libnftables takes it: tables first, no handles
 * @param left the rules that are left as they are for what they do beside deciding, and why
 */
public record Simplification(JsonNode ruleset, List<Change> changes, List<Left> left) {
  /** The order in which objects can be loaded: nothing before what it uses. */
  private static final List<String> ORDER = List.of("table", "", "chain", "set", "map", "element");

  public Simplification {
    changes = List.copyOf(changes);
    left = List.copyOf(left);
  }

  /**
   * What is done to some rules.
   *
   * @param places of the rules that it was
   * @param rules as they read
   * @param into the rule that they become; empty when they are dropped
   */
  public record Change(List<String> places, List<String> rules, String into, String why) {
    public Change {
      places = List.copyOf(places);
      rules = List.copyOf(rules);
    }
  }

  /** A rule that is not touched. */
  public record Left(String place, String rule, String why) {}

  /**
   * What becomes of a ruleset.
   *
   * @throws UnreadableException when it cannot be read, or equality cannot be proved
   */
  public static Simplification of(JsonNode listing) {
    refuseHalfListed(listing);
    List<JsonNode> objects = placed(listing);
    List<Change> changes = new ArrayList<>();
    List<JsonNode> dropped = withoutIdle(objects, changes);
    List<Change> merges = new ArrayList<>(changes);
    List<JsonNode> merged = new NeighbourMerge(listing).merge(dropped, merges);
    JsonNode whole = listing(objects);
    if (Equivalence.difference(whole, listing(merged)).isEmpty()) {
      return new Simplification(loadable(merged), merges, left(listing(merged)));
    }
    Optional<String> difference = Equivalence.difference(whole, listing(dropped));
    if (difference.isPresent()) {
      throw new UnreadableException("no smaller one is proved equal: " + difference.get());
    }
    return new Simplification(loadable(dropped), changes, left(listing(dropped)));
  }

  /**
   * nft lists {@code meta l4proto icmp ip saddr . th sport { ... }} without its first match: what
   * is printed of it would be another ruleset.
   */
  private static void refuseHalfListed(JsonNode listing) {
    for (Construct construct : new ImportedParser(listing).constructs()) {
      boolean ports = construct.effect().endsWith(ImportedRuleReader.ANY_PROTOCOL);
      boolean family = construct.effect().equals(ImportedRuleReader.ANY_FAMILY);
      if (family || ports && construct.text().contains(" . ")) {
        throw new UnreadableException(
            "nft may not list all of " + construct.place() + ": " + construct.text());
      }
    }
  }

  /** The ruleset's objects; each rule says its place, by which it is known from now on. */
  private static List<JsonNode> placed(JsonNode listing) {
    ImportedParser parsed = new ImportedParser(listing);
    List<JsonNode> out = new ArrayList<>();
    parsed.items().forEach(i -> out.add(i.deepCopy()));
    for (ImportedRuleset.ImportedRule rule : parsed.rules()) {
      ((ObjectNode) out.get(rule.index()).get("rule")).put("place", rule.place());
    }
    out.removeIf(i -> i.has("metainfo") || i.has("flush"));
    return out;
  }

  static JsonNode listing(List<JsonNode> objects) {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    ArrayNode array = out.putArray("nftables");
    objects.forEach(array::add);
    return out;
  }

  // --- Rules that make no difference ---

  private static List<JsonNode> withoutIdle(List<JsonNode> objects, List<Change> changes) {
    Map<String, RuleFinding> idle = new HashMap<>();
    for (RuleFinding finding : RuleFindings.of(listing(objects))) {
      if (finding.certain()) {
        idle.put(finding.place(), finding);
        String by = String.join("; ", finding.by());
        String why = finding.kind().text() + (by.isEmpty() ? ": " + finding.why() : ": " + by);
        changes.add(new Change(List.of(finding.place()), List.of(finding.text()), "", why));
      }
    }
    List<JsonNode> out = new ArrayList<>(objects);
    out.removeIf(i -> idle.containsKey(i.path("rule").path("place").asText()));
    return withoutUnused(out, changes);
  }

  /** Chains that have lost their rules, and that nothing leads to. */
  private static List<JsonNode> withoutUnused(List<JsonNode> objects, List<Change> changes) {
    Set<String> used = new HashSet<>();
    for (JsonNode object : objects) {
      JsonNode body = object.elements().next();
      String table = ImportedParser.named(body, "table") + " ";
      if (object.has("rule")) {
        used.add(table + body.path("chain").asText());
      }
      for (String verdict : List.of("jump", "goto")) {
        body.findValues(verdict).forEach(v -> used.add(table + v.path("target").asText()));
      }
    }
    List<JsonNode> out = new ArrayList<>();
    for (JsonNode object : objects) {
      JsonNode chain = object.path("chain");
      String name = ImportedParser.named(chain, "table") + " " + chain.path("name").asText();
      if (chain.isMissingNode() || chain.has("hook") || used.contains(name)) {
        out.add(object);
      } else {
        String place = ImportedParser.chainPlace(chain, "name");
        changes.add(new Change(List.of(place), List.of(), "", "nothing leads to it"));
      }
    }
    return out;
  }

  // --- What is left alone ---

  private static List<Left> left(JsonNode listing) {
    ImportedParser parsed = new ImportedParser(listing);
    Map<String, Set<String>> effects = new HashMap<>();
    for (ReadChain chain : parsed.chains().values()) {
      for (ReadChain.ReadRule rule : chain.rules()) {
        for (Step step : rule.steps()) {
          if (step instanceof Step.Effect effect && !effect.isRejection()) {
            effects.computeIfAbsent(rule.place(), p -> new TreeSet<>()).add(effect.what());
          }
        }
      }
    }
    parsed
        .constructs()
        .forEach(c -> effects.computeIfAbsent(c.place(), p -> new TreeSet<>()).add(c.text()));
    return parsed.rules().stream()
        .filter(r -> effects.containsKey(r.place()))
        .map(r -> new Left(r.place(), r.text(), String.join(", ", effects.get(r.place()))))
        .toList();
  }

  // --- For loading ---

  private static JsonNode loadable(List<JsonNode> objects) {
    List<JsonNode> out = new ArrayList<>();
    for (JsonNode object : objects) {
      JsonNode copy = object.deepCopy();
      ((ObjectNode) copy.elements().next()).remove(List.of("handle", "place", "index"));
      out.add(copy);
    }
    out.sort(Comparator.comparingInt(Simplification::order));
    return listing(out);
  }

  private static int order(JsonNode object) {
    String kind = object.fieldNames().next();
    if (kind.equals("rule")) {
      return ORDER.size();
    }
    return ORDER.contains(kind) ? ORDER.indexOf(kind) : ORDER.indexOf("");
  }
}
