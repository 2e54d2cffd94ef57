package io.ringfence.targets.iptables;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.model.Family;
import io.ringfence.model.SourceLocation;
import io.ringfence.targets.iptables.SavedTable.Chain;
import io.ringfence.targets.iptables.SavedTable.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads the rulesets of both families into one, as {@code nft -j list ruleset} would show it. Each
 * rule bears its {@code place}, {@code FILE:LINE}.
 *
 * <p>INVARIANT (understood or kept): a match or target without a meaning in nftables' own terms is
 * an {@code {"xt": {"type", "name", "text"}}} statement; none is left out.
 *
 * @see <a href="https://man7.org/linux/man-pages/man8/iptables-save.8.html">iptables-save(8)</a>
 */
public final class IptablesReader {
  /** Problems told of one ruleset; the rest is rarely news. */
  static final int PROBLEMS_MAX = 100;

  /** A rule's comment, in nftables. */
  private static final int COMMENT_MAX = 128;

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final List<SaveProblem> problems = new ArrayList<>();
  private final List<JsonNode> tables = new ArrayList<>();
  private final List<JsonNode> chains = new ArrayList<>();
  private final List<JsonNode> rules = new ArrayList<>();

  private IptablesReader() {}

  /** The ruleset that these texts, one of a family at most, are together. */
  public static Imported read(List<SaveFile> files) {
    IptablesReader reader = new IptablesReader();
    for (Family family : Family.values()) {
      if (files.stream().filter(f -> f.family() == family).count() > 1) {
        throw new IllegalArgumentException(
            "two texts of " + name(family) + "; a machine has one of each family");
      }
    }
    files.forEach(reader::read);
    return reader.imported();
  }

  /** {@code ip} or {@code ip6}. */
  private static String name(Family family) {
    return family == Family.IPV4 ? "ip" : "ip6";
  }

  private void read(SaveFile file) {
    for (SavedTable table : new SaveParser(file, problems).parse()) {
      ObjectNode body = JSON.objectNode().put("family", name(table.family()));
      tables.add(Statements.object("table", body.put("name", table.hooks().table())));
      table.chains().values().forEach(c -> chains.add(chain(table, c)));
      table.rules().forEach(r -> rule(table, r));
      new Loops(table).find().forEach(this::loop);
    }
  }

  private void loop(SaveProblem problem) {
    problems.add(problem);
  }

  private static ObjectNode chain(SavedTable table, Chain chain) {
    ObjectNode body =
        JSON.objectNode()
            .put("family", name(table.family()))
            .put("table", table.hooks().table())
            .put("name", chain.name());
    chain
        .policy()
        .ifPresent(
            policy ->
                body.put("type", table.hooks().type(chain.name()))
                    .put("hook", chain.name().toLowerCase(Locale.ROOT))
                    .put("prio", table.hooks().priority(chain.name()))
                    .put("policy", policy.toLowerCase(Locale.ROOT)));
    return Statements.object("chain", body);
  }

  private void rule(SavedTable table, Rule rule) {
    ObjectNode body =
        JSON.objectNode()
            .put("family", name(table.family()))
            .put("table", table.hooks().table())
            .put("chain", rule.chain())
            .put("place", table.file().name() + ":" + rule.line());
    try {
      comment(rule).ifPresent(c -> body.put("comment", c));
      body.set("expr", Statements.array(statements(table, rule)));
      rules.add(Statements.object("rule", body));
    } catch (SaveException e) {
      problems.add(
          new SaveProblem(
              new SourceLocation(table.file().name(), rule.line(), e.column()), e.getMessage()));
    }
  }

  private static List<JsonNode> statements(SavedTable table, Rule rule) {
    Matches matches = new Matches(table.family(), rule.clauses());
    Targets targets = new Targets(table);
    List<JsonNode> out = new ArrayList<>();
    Optional<Clause> target = Optional.empty();
    for (Clause clause : rule.clauses()) {
      if (!clause.isTarget()) {
        out.addAll(matches.of(clause));
      } else if (target.isPresent()) {
        throw new SaveException(clause.name().column(), "a second target");
      } else {
        target = Optional.of(clause);
      }
    }
    target.ifPresent(t -> out.add(targets.of(t)));
    return out;
  }

  private static Optional<String> comment(Rule rule) {
    return rule.clauses().stream()
        .filter(c -> c.kind().equals(Clause.MATCH) && c.name().is("comment"))
        .flatMap(c -> c.choice("--comment").stream())
        .flatMap(c -> c.values().stream())
        .map(Word::text)
        .findFirst()
        .map(t -> t.substring(0, Math.min(t.length(), COMMENT_MAX)));
  }

  private Imported imported() {
    if (!problems.isEmpty()) {
      List<SaveProblem> told = problems.subList(0, Math.min(problems.size(), PROBLEMS_MAX));
      return new Imported(Optional.empty(), told);
    }
    ArrayNode out = JSON.arrayNode();
    out.add(Statements.object("metainfo", JSON.objectNode().put("json_schema_version", 1)));
    tables.forEach(out::add);
    chains.forEach(out::add);
    rules.forEach(out::add);
    return new Imported(Optional.of(Statements.object("nftables", out)), List.of());
  }
}
