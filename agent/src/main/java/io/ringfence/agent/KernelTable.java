package io.ringfence.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.agent.kernel.LibNftables;
import io.ringfence.agent.kernel.NetworkNamespace;
import io.ringfence.agent.kernel.NftablesException;
import io.ringfence.model.Address;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;

/** The table {@code inet ringfence} of one network namespace. */
public final class KernelTable {
  public static final String NAME = "ringfence";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final NetworkNamespace namespace;

  public KernelTable(NetworkNamespace namespace) {
    this.namespace = namespace;
  }

  /**
   * Puts an artifact in the table's place, all of it or nothing. What is known of names is carried
   * over, since a permitted connection is judged anew by each generation.
   *
   * @param more what else is known of names
   */
  public void replace(String artifact, List<FqdnFeed.Entry> more) {
    ObjectNode transaction = (ObjectNode) parse(artifact);
    Set<String> sets = new HashSet<>();
    for (JsonNode command : transaction.path("nftables")) {
      JsonNode set = command.at("/add/set");
      if (set.path("flags").toString().contains("timeout")) {
        sets.add(set.get("name").asText());
      }
    }
    List<FqdnFeed.Entry> known = new ArrayList<>(entries());
    known.addAll(more);
    for (JsonNode command :
        FqdnFeed.additions(known.stream().filter(e -> sets.contains(e.set())).toList())) {
      transaction.withArray("nftables").add(command);
    }
    run(transaction.toString());
  }

  /** Adds to what is known of names. */
  public void add(List<FqdnFeed.Entry> entries) {
    if (!entries.isEmpty()) {
      run(FqdnFeed.transaction(entries));
    }
  }

  /** What is known of names now: the elements of sets with timeouts, for as long as they have. */
  public List<FqdnFeed.Entry> entries() {
    List<FqdnFeed.Entry> out = new ArrayList<>();
    list(LibNftables.Output.JSON, LibNftables.Output.NUMERIC)
        .ifPresent(
            listing -> {
              for (JsonNode set : objects(listing, "set")) {
                for (JsonNode element : set.path("elem")) {
                  JsonNode timed = element.path("elem");
                  if (timed.has("expires")) {
                    out.add(
                        new FqdnFeed.Entry(
                            set.get("name").asText(),
                            Address.parse(timed.get("val").asText()),
                            Math.max(1, timed.get("expires").asLong())));
                  }
                }
              }
            });
    return out;
  }

  /** Removes the table, if it is there. */
  public void delete() {
    run("add table inet " + NAME + "\ndelete table inet " + NAME);
  }

  /** The table as libnftables lists it, without counters; absent when there is none. */
  public Optional<String> listing() {
    return list(LibNftables.Output.JSON, LibNftables.Output.NUMERIC, LibNftables.Output.STATELESS);
  }

  /** What the comment of a rule or element begins with that counts for a rule. */
  private static final String RULE = "rule/";

  /** What counters of one chain have seen. */
  public record Count(long packets, long bytes) {
    public Count plus(Count other) {
      return new Count(packets + other.packets, bytes + other.bytes);
    }
  }

  /**
   * What was counted per rule or denial, by its chain; where rules share a chain, by what the chain
   * would be called, which is the comment of what counts. Empty when there is no table.
   */
  public Map<String, Count> counts() {
    Map<String, Count> out = new TreeMap<>();
    list(LibNftables.Output.JSON, LibNftables.Output.NUMERIC)
        .ifPresent(
            text -> {
              objects(text, "rule").forEach(rule -> count(rule, out));
              objects(text, "map").forEach(map -> countElements(map, out));
            });
    return out;
  }

  private static void count(JsonNode rule, Map<String, Count> out) {
    String comment = rule.path("comment").asText();
    String name = comment.startsWith(RULE) ? comment : rule.get("chain").asText();
    for (JsonNode statement : rule.path("expr")) {
      add(name, statement.path("counter"), out);
    }
  }

  private static void countElements(JsonNode map, Map<String, Count> out) {
    for (JsonNode element : map.path("elem")) {
      JsonNode key = element.path(0).path("elem");
      if (key.has("comment")) {
        add(key.get("comment").asText(), key.path("counter"), out);
      }
    }
  }

  private static void add(String name, JsonNode counter, Map<String, Count> out) {
    if (counter.path("packets").isNumber()) {
      Count count = new Count(counter.get("packets").asLong(), counter.path("bytes").asLong());
      out.merge(name, count, Count::plus);
    }
  }

  private Optional<String> list(LibNftables.Output... output) {
    return inside(
        () -> {
          try (LibNftables nft = LibNftables.open(output)) {
            boolean there =
                objects(nft.run("list tables"), "table").stream()
                    .anyMatch(
                        t ->
                            t.get("family").asText().equals("inet")
                                && t.get("name").asText().equals(NAME));
            return there ? Optional.of(nft.run("list table inet " + NAME)) : Optional.empty();
          }
        });
  }

  /**
   * Base chains of other tables on the hooks that ours uses and not after ours, as {@code family
   * table chain hook priority}. They cannot permit what ours drops; they may drop or translate what
   * ours permits.
   */
  public List<String> foreignChains() {
    String text =
        inside(
            () -> {
              try (LibNftables nft =
                  LibNftables.open(LibNftables.Output.JSON, LibNftables.Output.NUMERIC)) {
                return nft.run("list chains");
              }
            });
    List<String> out = new ArrayList<>();
    for (JsonNode chain : objects(text, "chain")) {
      boolean ours = chain.path("table").asText().equals(NAME);
      if (!ours && chain.has("hook") && chain.path("prio").asInt() <= 0) {
        out.add(
            "%s %s %s (%s, priority %s)"
                .formatted(
                    chain.path("family").asText(),
                    chain.path("table").asText(),
                    chain.path("name").asText(),
                    chain.path("hook").asText(),
                    chain.path("prio").asText()));
      }
    }
    return out;
  }

  /**
   * A listing without what changes by itself: elements of sets with timeouts, which the resolvers'
   * answers fill, and the library's version.
   */
  static String stable(String listing) {
    JsonNode root = parse(listing);
    Set<String> filled = new HashSet<>();
    for (JsonNode set : objects(listing, "set")) {
      if (set.path("flags").toString().contains("timeout")) {
        filled.add(set.get("name").asText());
      }
    }
    ArrayNode out = JSON.createArrayNode();
    for (JsonNode item : root.get("nftables")) {
      JsonNode set = item.path("set");
      boolean element = item.has("element") && filled.contains(item.at("/element/name").asText());
      if (filled.contains(set.path("name").asText())) {
        ((ObjectNode) set).remove("elem");
      }
      if (!item.has("metainfo") && !element) {
        strip(item);
        out.add(item);
      }
    }
    return out.toString();
  }

  private static void strip(JsonNode item) {
    for (JsonNode object : item) {
      if (object instanceof ObjectNode o) {
        o.remove("handle");
      }
    }
  }

  private static List<JsonNode> objects(String listing, String kind) {
    List<JsonNode> out = new ArrayList<>();
    for (JsonNode item : parse(listing).path("nftables")) {
      if (item.has(kind)) {
        out.add(item.get(kind));
      }
    }
    return out;
  }

  private static JsonNode parse(String listing) {
    try {
      return JSON.readTree(listing);
    } catch (JsonProcessingException e) {
      throw new AgentException("the kernel's ruleset cannot be read: " + e.getMessage(), e);
    }
  }

  private void run(String command) {
    inside(
        () -> {
          try (LibNftables nft = LibNftables.open(LibNftables.Output.JSON)) {
            return nft.run(command);
          }
        });
  }

  private <T> T inside(Callable<T> task) {
    return Inside.call(
        namespace,
        "the network namespace cannot be used",
        () -> {
          try {
            return task.call();
          } catch (NftablesException e) {
            throw new AgentException(
                "nftables refused: " + e.getMessage().lines().findFirst().orElse(""), e);
          }
        });
  }
}
