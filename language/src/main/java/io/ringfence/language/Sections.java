package io.ringfence.language;

import io.ringfence.language.YamlNode.Entry;
import io.ringfence.language.YamlNode.Mapping;
import io.ringfence.language.YamlNode.Scalar;
import io.ringfence.language.YamlNode.Sequence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The sections of all files, merged: maps by name, lists one after the other. */
final class Sections {
  private final Map<String, Map<String, Entry>> named = new HashMap<>();
  private final Map<String, List<YamlNode>> lists = new HashMap<>();
  private final Map<String, Entry> singles = new HashMap<>();
  private final Problems problems;
  private final Refused refused;

  Sections(List<Mapping> roots, Problems problems, Refused refused) {
    this.problems = problems;
    this.refused = refused;
    roots.forEach(r -> r.entries().forEach(this::add));
    named.keySet().forEach(s -> limit(s, named.get(s).values().stream().map(Entry::key).toList()));
    limitRules();
  }

  private void add(Entry entry) {
    String section = entry.key().text();
    Optional<Shape> shape = BlueprintShape.ROOT.field(section).map(f -> Shape.bare(f.shape()));
    if (shape.isEmpty() || refused.contains(entry.value())) {
      return;
    }
    if (shape.get() instanceof Shape.Named) {
      ((Mapping) entry.value().value()).entries().forEach(e -> addNamed(section, e));
    } else if (shape.get() instanceof Shape.Items || shape.get() instanceof Shape.OneOr) {
      addItems(section, entry.value().value());
    } else if (!section.equals("ringfence")) {
      addSingle(section, entry);
    }
  }

  private void addNamed(String section, Entry entry) {
    Map<String, Entry> known = named.computeIfAbsent(section, k -> new LinkedHashMap<>());
    Entry first = known.putIfAbsent(entry.key().text(), entry);
    if (first != null) {
      problems.error(
          entry.key().at(),
          Said.quote(entry.key().text())
              + " stands twice in `"
              + section
              + "`; first at "
              + first.key().at());
    }
  }

  private void addItems(String section, YamlNode value) {
    List<YamlNode> known = lists.computeIfAbsent(section, k -> new ArrayList<>());
    List<YamlNode> items = value instanceof Sequence s ? s.items() : List.of(value);
    items.stream().map(YamlNode::value).forEach(known::add);
  }

  private void addSingle(String section, Entry entry) {
    Entry first = singles.putIfAbsent(section, entry);
    if (first != null) {
      problems.error(
          entry.key().at(), "`" + section + "` stands twice; first at " + first.key().at());
    }
  }

  private void limit(String section, List<Scalar> keys) {
    int max = section.equals("workloads") ? LimitsMax.WORKLOADS_MAX : LimitsMax.SECTION_ENTRIES_MAX;
    if (keys.size() > max) {
      problems.error(
          keys.get(max).at(), "`" + section + "` has " + keys.size() + " entries; at most " + max);
    }
  }

  private void limitRules() {
    List<YamlNode> rules = new ArrayList<>(list("access"));
    rules.addAll(list("egress"));
    limitList("`access` and `egress` have ", rules, LimitsMax.RULES_MAX);
    for (String section : List.of("links", "resolvers", "guardrails", "tests")) {
      limitList("`" + section + "` has ", list(section), LimitsMax.SECTION_ENTRIES_MAX);
    }
  }

  private void limitList(String subject, List<YamlNode> items, int max) {
    if (items.size() > max) {
      problems.error(items.get(max).at(), subject + items.size() + " entries; at most " + max);
    }
  }

  /** The entries of a section of named things, in the order they stand, refused ones too. */
  Map<String, Entry> named(String section) {
    return named.getOrDefault(section, Map.of());
  }

  /** The entries of a section that is a list, refused ones too. */
  List<YamlNode> list(String section) {
    return lists.getOrDefault(section, List.of());
  }

  Optional<YamlNode> single(String section) {
    return Optional.ofNullable(singles.get(section)).map(e -> e.value().value());
  }
}
