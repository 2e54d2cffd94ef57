package io.ringfence.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.agent.kernel.LibNftables;
import io.ringfence.agent.kernel.NftablesException;
import io.ringfence.model.Address;
import io.ringfence.model.Family;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Loads artifacts into a lab's namespaces, and fills their sets of names. */
final class Enforcement {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final LabPlan plan;
  private final Namespaces namespaces;

  Enforcement(LabPlan plan, Namespaces namespaces) {
    this.plan = plan;
    this.namespaces = namespaces;
  }

  /** A set that is to hold one family's addresses of a name; see {@code fqdn4/NAME}. */
  private record NameSet(String table, String set, Family family, String name) {}

  /**
   * Each artifact is one transaction; those before a refused one stay loaded.
   *
   * @param source asked for after all are loaded, if some artifact has a set of a name
   */
  void load(Map<String, String> artifacts, Supplier<NameSource> source, Progress progress) {
    Map<LabNode, List<NameSet>> sets = new TreeMap<>((a, b) -> a.name().compareTo(b.name()));
    int done = 0;
    for (Map.Entry<String, String> artifact : new TreeMap<>(artifacts).entrySet()) {
      LabNode node =
          plan.node(artifact.getKey())
              .orElseThrow(
                  () ->
                      new LabUnavailable(
                          "`" + artifact.getKey() + "` is no host or router of the lab"));
      run(node, artifact.getValue());
      List<NameSet> own = nameSets(artifact.getValue());
      if (!own.isEmpty()) {
        sets.put(node, own);
      }
      progress.at("loading", ++done, artifacts.size());
    }
    if (!sets.isEmpty()) {
      fill(sets, source.get());
    }
  }

  /** Takes every table out of every namespace. */
  void unload() {
    plan.nodes().forEach(n -> run(n, "flush ruleset"));
  }

  private void run(LabNode node, String command) {
    namespaces.call(
        node.namespace(),
        () -> {
          try (LibNftables nftables = LibNftables.open(LibNftables.Output.JSON)) {
            return nftables.run(command);
          } catch (NftablesException e) {
            throw new LabUnavailable(
                "at `" + node.name() + "`: " + e.getMessage().lines().findFirst().orElse(""), e);
          }
        });
  }

  private void fill(Map<LabNode, List<NameSet>> sets, NameSource source) {
    sets.forEach(
        (node, own) ->
            own.forEach(
                set ->
                    elements(set, source.answers(node.name(), set.name()))
                        .ifPresent(command -> run(node, command))));
  }

  private static Optional<String> elements(NameSet set, List<Address> answers) {
    ObjectNode element = JSON.createObjectNode();
    element.put("family", "inet").put("table", set.table()).put("name", set.set());
    ArrayNode values = element.putArray("elem");
    answers.stream().filter(a -> a.family() == set.family()).forEach(a -> values.add(a.toString()));
    ObjectNode command = JSON.createObjectNode();
    command.putArray("nftables").addObject().putObject("add").set("element", element);
    return values.isEmpty() ? Optional.empty() : Optional.of(command.toString());
  }

  private static List<NameSet> nameSets(String artifact) {
    List<NameSet> out = new ArrayList<>();
    try {
      for (JsonNode command : JSON.readTree(artifact).path("nftables")) {
        JsonNode set = command.path("add").path("set");
        String name = set.path("name").asText();
        if (name.startsWith("fqdn4/") || name.startsWith("fqdn6/")) {
          Family family = name.startsWith("fqdn4/") ? Family.IPV4 : Family.IPV6;
          // A name too long for a set stands whole in its comment.
          String asked = set.path("comment").asText(name.substring("fqdn4/".length()));
          out.add(new NameSet(set.path("table").asText(), name, family, asked));
        }
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("an artifact is no JSON", e);
    }
    return out;
  }
}
