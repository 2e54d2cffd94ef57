package io.ringfence.targets.nftables.read;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How large a ruleset may be that nobody here wrote. What is larger is refused in so many words,
 * before memory or time is spent on it.
 */
public final class ImportLimits {
  /** The most rules of all tables together. */
  public static final int RULES_MAX = 20_000;

  /** The most chains. */
  public static final int CHAINS_MAX = 20_000;

  /** The most elements of all sets and maps together, those that stand within rules included. */
  public static final int ELEMENTS_MAX = 200_000;

  /** As deep as the kernel lets chains jump. */
  public static final int JUMPS_MAX = 16;

  /** The most pairs of interfaces that packets come in and leave by, as rules tell them apart. */
  public static final int INTERFACE_PAIRS_MAX = 20_000;

  /** The most rules followed to say what passes, each as often as packets come by it. */
  public static final int STEPS_MAX = 1_000_000;

  /** The same to find rules that make no difference, each of which is tried. */
  public static final int TRIALS_MAX = 10_000_000;

  private ImportLimits() {}

  /**
   * Looks at the sizes only.
   *
   * @throws UnreadableException when one is past its limit
   */
  static void check(List<JsonNode> items) {
    Map<String, Integer> count = new HashMap<>();
    int elements = 0;
    for (JsonNode item : items) {
      String kind = item.fieldNames().next();
      count.merge(kind, 1, Integer::sum);
      JsonNode body = item.get(kind);
      elements += kind.equals("rule") ? inside(body.path("expr")) : body.path("elem").size();
    }
    require(count.getOrDefault("rule", 0), RULES_MAX, "rules");
    require(count.getOrDefault("chain", 0), CHAINS_MAX, "chains");
    require(elements, ELEMENTS_MAX, "elements of sets and maps");
  }

  /** The elements of the sets within a rule's statements. */
  private static int inside(JsonNode node) {
    int out = node.path("set").size();
    for (JsonNode child : node) {
      out += inside(child);
    }
    return out;
  }

  private static void require(int found, int max, String what) {
    if (found > max) {
      throw new UnreadableException(
          "it has %,d %s, and at most %,d are read".formatted(found, what, max));
    }
  }
}
