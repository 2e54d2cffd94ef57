package io.ringfence.targets.nftables;

import io.ringfence.model.Address;
import io.ringfence.model.AddressRange;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Family;
import io.ringfence.model.Prefix;
import io.ringfence.targets.nftables.ruleset.Chain;
import io.ringfence.targets.nftables.ruleset.NamedSet;
import io.ringfence.targets.nftables.ruleset.Names;
import io.ringfence.targets.nftables.ruleset.Rule;
import io.ringfence.targets.nftables.ruleset.Ruleset;
import io.ringfence.targets.nftables.ruleset.Statement;
import io.ringfence.targets.nftables.ruleset.Value;
import io.ringfence.targets.nftables.ruleset.Verdict;
import io.ringfence.targets.nftables.ruleset.VerdictMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Collects the parts of a ruleset under unique names; what has the same content is there once. */
final class RulesetBuilder {
  static final String INTERVAL = "interval";

  /** Up to so many rules, each has a chain that counts and admits what it permits. */
  static final int RULE_CHAINS_MAX = 128;

  /**
   * Up to so many rules, each is counted for. A counter is memory of its own, which with more rules
   * no cache holds: at 100,000 it is half of what a look-up costs a new connection.
   */
  static final int COUNTED_RULES_MAX = 16_384;

  /** What the comment of an element or rule that counts for a rule begins with. */
  private static final String RULE = "rule/";

  private final Generation generation;
  private final boolean chainPerRule;
  private final boolean counterPerRule;
  private final Names chainNames = Names.identifiers();
  private final Names setNames = Names.identifiers();
  private final Names comments = Names.quoted(Rule.COMMENT_BYTES_MAX);
  private final Names logPrefixes = Names.quoted(Statement.Log.PREFIX_BYTES_MAX);
  private final Map<String, List<Rule>> rulesByChain = new LinkedHashMap<>();
  private final Map<String, String> hookByChain = new LinkedHashMap<>();
  private final Map<AddressSet, String> words = new LinkedHashMap<>();
  private final Map<AddressSet, String> addressSets = new LinkedHashMap<>();
  private final Map<String, NamedSet> sets = new LinkedHashMap<>();
  private final List<VerdictMap> maps = new ArrayList<>();
  private final Map<String, Integer> mapCounts = new HashMap<>();
  private boolean answersAwaited;

  /**
   * @param ruleCount how many rules permit something here
   */
  RulesetBuilder(Generation generation, int ruleCount) {
    this.generation = generation;
    this.chainPerRule = ruleCount <= RULE_CHAINS_MAX;
    this.counterPerRule = ruleCount <= COUNTED_RULES_MAX;
  }

  Ruleset build(String table) {
    List<Chain> chains = new ArrayList<>();
    rulesByChain.forEach(
        (name, rules) ->
            chains.add(new Chain(name, Optional.ofNullable(hookByChain.get(name)), rules)));
    return new Ruleset(table, chains, List.copyOf(sets.values()), maps);
  }

  /** A chain that the kernel enters. */
  String hook(String hook) {
    String name = chain(hook);
    hookByChain.put(name, hook);
    return name;
  }

  /** The chain for a meaning, empty when new. */
  String chain(String meaning) {
    String name = chainNames.name(meaning);
    rulesByChain.computeIfAbsent(name, n -> new ArrayList<>());
    return name;
  }

  boolean isEmpty(String chain) {
    return rulesByChain.get(chain).isEmpty();
  }

  void rule(String chain, Statement... statements) {
    rule(chain, Rule.of(statements));
  }

  void rule(String chain, Rule rule) {
    rulesByChain.get(chain).add(rule);
  }

  /** The chain that counts and admits a rule's flows, and marks their connections. */
  String admitting(String rule) {
    String chain = chain(RULE + rule);
    if (isEmpty(chain)) {
      rule(
          chain,
          Rule.of(new Statement.Counter(), mark(), new Statement.Apply(new Verdict.Accept()))
              .named(comment(rule)));
    }
    return chain;
  }

  /**
   * The element that admits a rule's flows. Where rules are many it counts for the rule itself,
   * unless they are too many for that, and all go to one chain: a chain for each would be fetched
   * from memory for nearly each connection.
   */
  VerdictMap.Element admitting(Value key, String rule) {
    return chainPerRule
        ? new VerdictMap.Element(key, new Verdict.Goto(admitting(rule)))
        : new VerdictMap.Element(
            key, new Verdict.Goto(admitted()), Optional.of(named(rule)), counterPerRule);
  }

  /** The rule that admits what matches, as a rule's flows. */
  Rule admitting(List<Statement> matches, String rule) {
    List<Statement> statements = new ArrayList<>(matches);
    if (chainPerRule) {
      statements.add(Reads.goTo(admitting(rule)));
      return new Rule(statements, Optional.empty());
    }
    if (counterPerRule) {
      statements.add(new Statement.Counter());
    }
    statements.add(Reads.goTo(admitted()));
    return new Rule(statements, Optional.of(named(rule)));
  }

  /** The comment that names a rule where it has no chain. */
  private String named(String rule) {
    return comment(RULE + rule);
  }

  /** The chain that admits what was counted before, or counts it all, and marks its connections. */
  private String admitted() {
    String chain = chain("admitted");
    if (isEmpty(chain)) {
      Statement accept = new Statement.Apply(new Verdict.Accept());
      rule(
          chain,
          counterPerRule
              ? Rule.of(mark(), accept)
              : Rule.of(new Statement.Counter(), mark(), accept));
    }
    return chain;
  }

  private Statement mark() {
    return new Statement.SetMark(~Generation.MARK_MASK, generation.mark());
  }

  /** The chain that admits what is outside the model on a host that looks at its own traffic. */
  String admittingOutside() {
    String chain = chain("local/outside");
    if (isEmpty(chain)) {
      rule(
          chain,
          Rule.of(mark(), new Statement.Apply(new Verdict.Accept()))
              .named(comment("outside the model")));
    }
    return chain;
  }

  /** A comment, shortened if it must be. */
  String comment(String text) {
    return comments.name(text);
  }

  /** A log prefix, shortened if it must be. */
  String logPrefix(String text) {
    return logPrefixes.name(text);
  }

  /** Has the set of these addresses, if it is made, bear a name. */
  void call(AddressSet addresses, String word) {
    words.putIfAbsent(addresses, word);
  }

  /** The set of these addresses, all of one family; the first name asked for is the one it has. */
  Value.Named addresses(String meaning, AddressSet addresses) {
    return new Value.Named(
        addressSets.computeIfAbsent(addresses, a -> addAddresses(meaning, addresses)));
  }

  /** The set of these addresses, all of one family, under a number. */
  Value.Named addresses(AddressSet addresses) {
    int digit = digit(addresses.ranges().getFirst().family());
    return addresses("addresses" + digit + "/" + (addressSets.size() + 1), addresses);
  }

  private String addAddresses(String meaning, AddressSet addresses) {
    Family family = addresses.ranges().getFirst().family();
    boolean intervals = addresses.ranges().stream().anyMatch(r -> !r.single());
    String name = setNames.name(words.getOrDefault(addresses, meaning));
    List<String> flags = intervals ? List.of(INTERVAL) : List.of();
    List<Value> elements = addresses.ranges().stream().map(RulesetBuilder::value).toList();
    sets.put(name, new NamedSet(name, List.of(type(family)), flags, elements, Optional.empty()));
    return name;
  }

  /** The set that the agent fills with what the resolvers answer for a name. */
  Value.Named answers(Family family, String fqdn) {
    String name = answersName(family, fqdn);
    // Where the name could not be kept whole, the comment has it.
    Optional<String> comment =
        name.endsWith("/" + fqdn) ? Optional.empty() : Optional.of(comment(fqdn));
    sets.putIfAbsent(
        name, new NamedSet(name, List.of(type(family)), List.of("timeout"), List.of(), comment));
    answersAwaited = true;
    return new Value.Named(name);
  }

  /** True when some rule asks what the resolvers answered. */
  boolean answersAwaited() {
    return answersAwaited;
  }

  static String answersName(Family family, String fqdn) {
    return Names.identifiers().name("fqdn" + digit(family) + "/" + fqdn);
  }

  /**
   * The set of one range of ports, for rules that leave open which protocol has it: nft lists a
   * port that stands in such a rule as a number of no type.
   */
  Value.Named ports(int first, int last) {
    String meaning = "ports/" + first + (first == last ? "" : "-" + last);
    return set(meaning, List.of("inet_service"), List.of(value(first, last)));
  }

  /** A set of intervals of other types. */
  Value.Named set(String meaning, List<String> types, List<Value> elements) {
    String name = setNames.name(meaning);
    sets.put(name, new NamedSet(name, types, List.of(INTERVAL), elements, Optional.empty()));
    return new Value.Named(name);
  }

  /** The name of a new map. */
  String map(
      String meaning, List<String> types, List<String> flags, List<VerdictMap.Element> elements) {
    String name = setNames.name(meaning);
    maps.add(new VerdictMap(name, types, flags, elements));
    return name;
  }

  /** The name of a new map, one of several of that meaning. */
  String numberedMap(
      String meaning, List<String> types, List<String> flags, List<VerdictMap.Element> elements) {
    int number = mapCounts.merge(meaning, 1, Integer::sum);
    return map(meaning + (number == 1 ? "" : "-" + number), types, flags, elements);
  }

  /** The map of that meaning, made when new. */
  String sharedMap(
      String meaning, List<String> types, List<String> flags, List<VerdictMap.Element> elements) {
    String name = setNames.name(meaning);
    return maps.stream().anyMatch(m -> m.name().equals(name))
        ? name
        : map(meaning, types, flags, elements);
  }

  static Value value(int first, int last) {
    Value lower = new Value.Numeral(first);
    return first == last ? lower : new Value.Between(lower, new Value.Numeral(last));
  }

  static Value value(Address address) {
    return new Value.Word(address.toString());
  }

  static Value value(AddressRange range) {
    if (range.single()) {
      return value(range.first());
    }
    List<Prefix> prefixes = range.prefixes();
    if (prefixes.size() == 1) {
      Prefix prefix = prefixes.getFirst();
      return new Value.Within(prefix.network().toString(), prefix.length());
    }
    return new Value.Between(value(range.first()), value(range.last()));
  }

  static String type(Family family) {
    return family == Family.IPV4 ? "ipv4_addr" : "ipv6_addr";
  }

  static int digit(Family family) {
    return family == Family.IPV4 ? 4 : 6;
  }
}
