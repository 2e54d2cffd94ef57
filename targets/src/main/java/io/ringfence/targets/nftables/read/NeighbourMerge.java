package io.ringfence.targets.nftables.read;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.targets.nftables.read.Simplification.Change;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Makes one rule of neighbours that differ in one value: {@code tcp dport 22 accept} and {@code tcp
 * dport 80 accept} become {@code tcp dport { 22, 80 } accept}. Only of rules that are understood
 * and do nothing beside deciding and counting.
 */
final class NeighbourMerge {
  /** Values of a set that one rule may come to have. */
  static final int VALUES_MAX = 4096;

  private static final Set<String> PLAIN =
      Set.of("match", "vmap", "counter", "reject", "accept", "drop", "return", "jump", "goto");

  private final Set<String> understood = new HashSet<>();

  /** What is understood of the ruleset decides which rules are touched. */
  NeighbourMerge(JsonNode listing) {
    new ImportedParser(listing)
        .rules().stream()
            .filter(ImportedRuleset.ImportedRule::understood)
            .forEach(r -> understood.add(r.place()));
  }

  List<JsonNode> merge(List<JsonNode> objects, List<Change> changes) {
    List<JsonNode> out = new ArrayList<>();
    List<Change> merged = new ArrayList<>();
    for (JsonNode object : objects) {
      Optional<JsonNode> one = previous(out, object).flatMap(p -> merged(p, object));
      if (one.isPresent()) {
        note(previous(out, object).orElseThrow(), object, one.get(), merged);
        out.set(out.indexOf(previous(out, object).orElseThrow()), one.get());
      } else {
        out.add(object);
      }
    }
    changes.addAll(merged);
    return out;
  }

  /** The rule before, in the same chain. */
  private static Optional<JsonNode> previous(List<JsonNode> objects, JsonNode object) {
    for (int i = objects.size() - 1; object.has("rule") && i >= 0; i--) {
      if (objects.get(i).has("rule") && chain(objects.get(i)).equals(chain(object))) {
        return Optional.of(objects.get(i));
      }
    }
    return Optional.empty();
  }

  private static String chain(JsonNode object) {
    JsonNode rule = object.get("rule");
    return ImportedParser.named(rule, "table") + " " + rule.path("chain").asText();
  }

  private static void note(JsonNode first, JsonNode second, JsonNode one, List<Change> changes) {
    String place = place(first);
    List<String> places = new ArrayList<>(List.of(place));
    List<String> rules = new ArrayList<>(List.of(text(first)));
    Optional<Change> before =
        changes.stream().filter(c -> c.places().getFirst().equals(place)).findFirst();
    before.ifPresent(
        c -> {
          changes.remove(c);
          places.clear();
          rules.clear();
          places.addAll(c.places());
          rules.addAll(c.rules());
        });
    places.add(place(second));
    rules.add(text(second));
    changes.add(new Change(places, rules, text(one), "they differ in one value"));
  }

  private static String place(JsonNode object) {
    return object.get("rule").path("place").asText();
  }

  private static String text(JsonNode object) {
    return RuleText.of(object.get("rule").path("expr"));
  }

  private Optional<JsonNode> merged(JsonNode first, JsonNode second) {
    boolean touched = understood.contains(place(first)) && understood.contains(place(second));
    JsonNode one = first.get("rule");
    JsonNode other = second.get("rule");
    if (!touched || !one.path("comment").equals(other.path("comment"))) {
      return Optional.empty();
    }
    OptionalInt at = differing(one.path("expr"), other.path("expr"));
    if (at.isEmpty()) {
      return Optional.empty();
    }
    JsonNode a = one.path("expr").get(at.getAsInt()).path("match");
    JsonNode b = other.path("expr").get(at.getAsInt()).path("match");
    return values(a, b)
        .map(
            set -> {
              ObjectNode out = first.deepCopy();
              ObjectNode match =
                  (ObjectNode) out.get("rule").get("expr").get(at.getAsInt()).get("match");
              match.set("right", JsonNodeFactory.instance.objectNode().set("set", set));
              return out;
            });
  }

  /** The only statement in which two rules differ, counts aside. */
  private static OptionalInt differing(JsonNode one, JsonNode other) {
    int found = -1;
    for (int i = 0; i < one.size(); i++) {
      if (!isPlain(one.get(i)) || one.size() != other.size()) {
        return OptionalInt.empty();
      }
      if (!uncounted(one.get(i)).equals(uncounted(other.get(i)))) {
        if (found >= 0) {
          return OptionalInt.empty();
        }
        found = i;
      }
    }
    return found < 0 ? OptionalInt.empty() : OptionalInt.of(found);
  }

  private static boolean isPlain(JsonNode statement) {
    return statement.isObject()
        && statement.size() == 1
        && PLAIN.contains(statement.fieldNames().next())
        && !statement.path("counter").isTextual();
  }

  private static JsonNode uncounted(JsonNode statement) {
    return statement.has("counter") ? JsonNodeFactory.instance.textNode("counter") : statement;
  }

  /** The values of two matches of the same field, if they can stand in one set. */
  private static Optional<ArrayNode> values(JsonNode one, JsonNode other) {
    boolean same =
        one.path("op").asText().equals("==")
            && other.path("op").asText().equals("==")
            && one.path("left").equals(other.path("left"));
    if (!same) {
      return Optional.empty();
    }
    try {
      Key key = RuleParser.key(ImportedParser.plain(one.path("left"), ""));
      Type type = key.parts().getFirst().field().type();
      if (key.parts().size() > 1 || key.parts().getFirst().mask().isPresent()) {
        return Optional.empty();
      }
      ArrayNode out = JsonNodeFactory.instance.arrayNode();
      List<Values> taken = new ArrayList<>();
      for (JsonNode right : List.of(one.path("right"), other.path("right"))) {
        for (JsonNode value : right.has("set") ? right.get("set") : List.of(right)) {
          Values parsed = ValueParser.parse(value, type);
          // Not every nft takes a pattern in a set.
          boolean pattern = type == Type.INTERFACE && value.asText().endsWith("*");
          if (pattern
              || taken.stream().anyMatch(v -> v.overlaps(parsed))
              || out.size() == VALUES_MAX) {
            return Optional.empty();
          }
          taken.add(parsed);
          out.add(value);
        }
      }
      return Optional.of(out);
    } catch (UnreadableException e) {
      return Optional.empty(); // a named set, or a field that this reader does not know
    }
  }
}
