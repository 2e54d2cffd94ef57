package io.ringfence.targets.nftables;

import io.ringfence.model.Address;
import io.ringfence.model.AddressRange;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Directory;
import io.ringfence.model.Family;
import io.ringfence.model.PortRange;
import io.ringfence.model.Prefix;
import io.ringfence.model.Protocol;
import io.ringfence.targets.nftables.PortTable.Owned;
import io.ringfence.targets.nftables.ruleset.Expression;
import io.ringfence.targets.nftables.ruleset.Rule;
import io.ringfence.targets.nftables.ruleset.Statement;
import io.ringfence.targets.nftables.ruleset.Value;
import io.ringfence.targets.nftables.ruleset.Verdict;
import io.ringfence.targets.nftables.ruleset.VerdictMap;
import io.ringfence.verifier.projection.Permit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Compiles permits of one family to a chain that admits their flows and returns for all others, in
 * a number of lookups that does not grow with the number of permits. docs/adr/0004 says why so.
 *
 * <p>In the order of lookup: pairs of single addresses by hash; members of large groups by hash to
 * a class, and the other end by hash; prefixes by hash of their block and the other end, to the
 * list of what is permitted there; sets of many prefixes, as {@code internet} is, by interval to a
 * class; names last.
 */
final class PolicyCompiler {
  /** A permit of two groups becomes single pairs up to this many; above, a class. */
  static final int PAIRS_MAX = 64;

  /** A set of up to so many prefixes is looked up as each of them; above, by interval. */
  static final int SET_PREFIXES_MAX = 8;

  /**
   * Where more is permitted with prefixes, and no single address is outside all segments,
   * connections are sorted by which ends are inside before anything is looked up.
   */
  static final int UNSORTED_MAX = 128;

  private final RulesetBuilder builder;
  private final Family family;
  private final String name;
  private final Directory directory;
  private final Lookups lookups;

  private final TreeMap<Pair, PortTable> pairs = new TreeMap<>();
  private final ClassedEnds groupsFrom = new ClassedEnds();
  private final ClassedEnds groupsTo = new ClassedEnds();
  private final ClassedEnds netsFrom = new ClassedEnds();
  private final ClassedEnds netsTo = new ClassedEnds();
  private final List<Wide> wides = new ArrayList<>();
  private final TreeMap<ClassedEnds.Key, List<Named>> named = new TreeMap<>();
  private boolean singlesOutside;

  /** Two single ends and a protocol. */
  private record Pair(Address from, Address to, Protocol protocol) implements Comparable<Pair> {
    private static final Comparator<Pair> ORDER =
        Comparator.comparing(Pair::from).thenComparing(Pair::to).thenComparing(Pair::protocol);

    @Override
    public int compareTo(Pair other) {
      return ORDER.compare(this, other);
    }
  }

  /** A permit between two sets, neither of which can be counted out. */
  private record Wide(AddressSet from, AddressSet to, Protocol protocol, Owned ports) {}

  /** A permit to what the resolvers answer for a name. */
  private record Named(AddressSet to, String fqdn, Owned ports) {}

  /** An end taken apart: addresses one by one, and sets of too many. */
  private record End(List<Address> members, AddressSet open) {}

  PolicyCompiler(RulesetBuilder builder, Directory directory, String name, Family family) {
    this.builder = builder;
    this.directory = directory;
    this.family = family;
    this.name = name + RulesetBuilder.digit(family);
    this.lookups = new Lookups(builder, this.name, family);
  }

  /** The chain's name, or empty when the permits have nothing of this family. */
  Optional<String> compile(List<Permit> permits) {
    for (int order = 0; order < permits.size(); order++) {
      add(order, permits.get(order));
    }
    if (isEmpty()) {
      return Optional.empty();
    }
    String chain = builder.chain(name);
    if (!singlesOutside && netsFrom.size() + netsTo.size() > UNSORTED_MAX) {
      renderSorted(chain);
    } else {
      renderMembers(chain);
      renderNets(chain, netsFrom, Side.FROM);
      renderNets(chain, netsTo, Side.TO);
      wides.forEach(w -> renderWide(chain, w));
      renderNamed(chain);
    }
    return Optional.of(chain);
  }

  /**
   * First of all by which ends are in segments: two looks at few intervals, which stay in the
   * processor's caches, for up to as many at large hashes, which do not.
   */
  private void renderSorted(String chain) {
    Value inside =
        builder.addresses(
            "inside" + RulesetBuilder.digit(family), directory.segments().ofFamily(family));
    String outward = builder.chain(name + "/outward");
    String within = builder.chain(name + "/within");
    builder.rule(chain, Reads.equal(end(Side.FROM), inside), Reads.goTo(outward));
    renderNets(chain, netsFrom, Side.FROM);
    wides.forEach(w -> renderWide(chain, w));
    builder.rule(outward, Reads.equal(end(Side.TO), inside), Reads.goTo(within));
    renderNets(outward, netsTo, Side.TO);
    renderNamed(outward);
    renderMembers(within);
  }

  private void renderMembers(String chain) {
    renderPairs(chain);
    renderGroups(chain, groupsFrom, Side.FROM);
    renderGroups(chain, groupsTo, Side.TO);
  }

  private boolean isEmpty() {
    return pairs.isEmpty()
        && groupsFrom.isEmpty()
        && groupsTo.isEmpty()
        && netsFrom.isEmpty()
        && netsTo.isEmpty()
        && wides.isEmpty()
        && named.isEmpty();
  }

  // --- Taking permits apart ---

  private void add(int order, Permit permit) {
    AddressSet from = permit.from().ofFamily(family);
    AddressSet to = permit.to().ofFamily(family);
    if (from.isEmpty() || to.isEmpty()) {
      return;
    }
    End source = apart(from);
    End destination = apart(to);
    for (PortRange range : permit.ports().ofFamily(family).ranges()) {
      Owned ports = new Owned(range.first(), range.last(), order, permit.rule());
      if (permit.fqdn().isPresent()) {
        addNamed(source, to, range.protocol(), permit.fqdn().get(), ports);
      } else {
        add(source, destination, range.protocol(), ports);
      }
    }
  }

  /** Addresses of segments are workloads', and few; those of {@code internet} are ranges. */
  private End apart(AddressSet set) {
    AddressSet outside = set.minus(directory.segments());
    boolean single = outside.ranges().stream().allMatch(AddressRange::single);
    singlesOutside |= single && !outside.isEmpty();
    AddressSet members = single ? set : set.intersect(directory.segments());
    return new End(members(members), single ? AddressSet.EMPTY : outside);
  }

  private static List<Address> members(AddressSet set) {
    List<Address> out = new ArrayList<>();
    for (AddressRange range : set.ranges()) {
      for (Address next = range.first(); ; next = next.next()) {
        out.add(next);
        if (next.equals(range.last())) {
          break;
        }
      }
    }
    return out;
  }

  private void add(End from, End to, Protocol protocol, Owned ports) {
    addMembers(from.members(), to.members(), protocol, ports);
    if (!from.open().isEmpty()) {
      to.members().forEach(d -> addNets(netsFrom, from.open(), d, protocol, ports));
    }
    if (!to.open().isEmpty()) {
      from.members().forEach(s -> addNets(netsTo, to.open(), s, protocol, ports));
    }
    if (!from.open().isEmpty() && !to.open().isEmpty()) {
      wides.add(new Wide(from.open(), to.open(), protocol, ports));
    }
  }

  private void addMembers(List<Address> from, List<Address> to, Protocol protocol, Owned ports) {
    long pairCount = (long) from.size() * to.size();
    if (pairCount <= PAIRS_MAX) {
      from.forEach(s -> to.forEach(d -> addPair(s, d, protocol, ports)));
    } else if (from.size() >= to.size()) {
      AddressSet group = AddressSet.ofAddresses(from);
      to.forEach(d -> addNet(groupsFrom, group, d, protocol, ports));
    } else {
      AddressSet group = AddressSet.ofAddresses(to);
      from.forEach(s -> addNet(groupsTo, group, s, protocol, ports));
    }
  }

  /** Few prefixes are looked up as each of them; more, and {@code internet}, as one set. */
  private void addNets(
      ClassedEnds ends, AddressSet set, Address end, Protocol protocol, Owned ports) {
    List<Prefix> prefixes = set.ranges().stream().flatMap(r -> r.prefixes().stream()).toList();
    if (prefixes.size() > SET_PREFIXES_MAX || set.equals(directory.internet().ofFamily(family))) {
      addNet(ends, set, end, protocol, ports);
    } else {
      prefixes.forEach(p -> addNet(ends, new AddressSet(List.of(p.range())), end, protocol, ports));
    }
  }

  private static void addNet(
      ClassedEnds ends, AddressSet set, Address end, Protocol protocol, Owned ports) {
    ClassedEnds.Key key = new ClassedEnds.Key(end, protocol);
    ends.uncovered(set, key, ports).forEach(p -> ends.add(set, key, p));
  }

  private void addPair(Address from, Address to, Protocol protocol, Owned ports) {
    ClassedEnds.Key fromKey = new ClassedEnds.Key(from, protocol);
    ClassedEnds.Key toKey = new ClassedEnds.Key(to, protocol);
    List<Owned> free = List.of(ports);
    free = uncovered(groupsFrom, from, toKey, free);
    free = uncovered(netsFrom, from, toKey, free);
    free = uncovered(groupsTo, to, fromKey, free);
    free = uncovered(netsTo, to, fromKey, free);
    if (!free.isEmpty()) {
      PortTable table = pairs.computeIfAbsent(new Pair(from, to, protocol), p -> new PortTable());
      free.forEach(table::add);
    }
  }

  private static List<Owned> uncovered(
      ClassedEnds ends, Address member, ClassedEnds.Key key, List<Owned> wanted) {
    if (ends.isEmpty() || wanted.isEmpty()) {
      return wanted;
    }
    AddressSet set = AddressSet.of(member);
    return wanted.stream().flatMap(w -> ends.uncovered(set, key, w).stream()).toList();
  }

  private void addNamed(End from, AddressSet to, Protocol protocol, String fqdn, Owned ports) {
    if (!from.open().isEmpty()) {
      throw new IllegalArgumentException(
          "rule `" + ports.rule() + "` reaches `" + fqdn + "` from outside all segments");
    }
    for (Address member : from.members()) {
      named
          .computeIfAbsent(new ClassedEnds.Key(member, protocol), k -> new ArrayList<>())
          .add(new Named(to, fqdn, ports));
    }
  }

  // --- Writing lookups ---

  /** The end that a class is made of. */
  private enum Side {
    FROM,
    TO;

    String text() {
      return this == FROM ? "from" : "to";
    }
  }

  private void renderPairs(String chain) {
    List<Lookups.Entry> entries = new ArrayList<>();
    pairs.forEach(
        (pair, table) ->
            entries.add(
                new Lookups.Entry(
                    List.of(RulesetBuilder.value(pair.from()), RulesetBuilder.value(pair.to())),
                    pair.protocol(),
                    table)));
    List<Expression> ends = List.of(Reads.source(family), Reads.destination(family));
    lookups.add(chain, name, ends, entries);
  }

  // --- Classes of group members ---

  private void renderGroups(String chain, ClassedEnds groups, Side side) {
    if (groups.isEmpty()) {
      return;
    }
    List<SortedMap<ClassedEnds.Key, PortTable>> tables = List.copyOf(groups.tables().values());
    Map<List<Integer>, String> chainByRow = new LinkedHashMap<>();
    List<VerdictMap.Element> elements = new ArrayList<>();
    rows(groups)
        .forEach(
            (member, row) -> {
              String target =
                  chainByRow.computeIfAbsent(
                      row, r -> groupChain(side, chainByRow.size() + 1, r, tables));
              elements.add(
                  new VerdictMap.Element(RulesetBuilder.value(member), new Verdict.Jump(target)));
            });
    String map =
        builder.map(
            name + "/" + side.text() + "-group",
            List.of(RulesetBuilder.type(family)),
            List.of(),
            elements);
    builder.rule(chain, new Statement.Lookup(end(side), map));
  }

  /** For each address the groups it is in, by number. */
  private static Map<Address, List<Integer>> rows(ClassedEnds groups) {
    TreeMap<Address, List<Integer>> rows = new TreeMap<>();
    int number = 0;
    for (AddressSet group : groups.tables().keySet()) {
      for (Address member : members(group)) {
        rows.computeIfAbsent(member, m -> new ArrayList<>()).add(number);
      }
      number++;
    }
    return rows;
  }

  private String groupChain(
      Side side,
      int number,
      List<Integer> row,
      List<SortedMap<ClassedEnds.Key, PortTable>> tables) {
    TreeMap<ClassedEnds.Key, List<PortTable>> together = new TreeMap<>();
    for (int group : row) {
      tables
          .get(group)
          .forEach(
              (key, table) -> together.computeIfAbsent(key, k -> new ArrayList<>()).add(table));
    }
    String meaning = name + "/" + side.text() + "-group/" + number;
    String chain = builder.chain(meaning);
    List<Lookups.Entry> entries = new ArrayList<>();
    together.forEach((key, parts) -> entries.add(entry(key, PortTable.merged(parts))));
    lookups.add(chain, meaning, List.of(end(opposite(side))), entries);
    return chain;
  }

  private static Lookups.Entry entry(ClassedEnds.Key key, PortTable table) {
    return new Lookups.Entry(List.of(RulesetBuilder.value(key.end())), key.protocol(), table);
  }

  private Expression end(Side side) {
    return side == Side.FROM ? Reads.source(family) : Reads.destination(family);
  }

  private static Side opposite(Side side) {
    return side == Side.FROM ? Side.TO : Side.FROM;
  }

  // --- Classes of prefixes ---

  /**
   * Longest first. A set that is no prefix comes before the prefixes as wide as all of it, and so
   * before whatever contains it.
   */
  private void renderNets(String chain, ClassedEnds nets, Side side) {
    List<PrefixLevels.Net> prefixes = new ArrayList<>();
    TreeMap<Integer, List<AddressSet>> irregulars = new TreeMap<>();
    nets.tables()
        .forEach(
            (set, tables) -> {
              Prefix prefix = ClassedEnds.prefix(set);
              if (prefix == null) {
                irregulars.computeIfAbsent(span(set), l -> new ArrayList<>()).add(set);
              } else {
                tables.forEach((k, t) -> prefixes.add(new PrefixLevels.Net(prefix, k, t)));
              }
            });
    int longest = family.bits();
    for (int span : irregulars.descendingKeySet()) {
      renderPrefixes(chain, side, ofLengths(prefixes, span + 1, longest));
      renderIrregulars(chain, nets, side, irregulars.get(span));
      longest = span;
    }
    renderPrefixes(chain, side, ofLengths(prefixes, 0, longest));
  }

  private static List<PrefixLevels.Net> ofLengths(List<PrefixLevels.Net> nets, int min, int max) {
    return nets.stream()
        .filter(n -> n.prefix().length() >= min && n.prefix().length() <= max)
        .toList();
  }

  private void renderPrefixes(String chain, Side side, List<PrefixLevels.Net> nets) {
    for (PrefixLevels.Level level : PrefixLevels.of(nets)) {
      Expression end = end(side);
      Expression other = end(opposite(side));
      new PrefixLookups(builder, lookups, family, netName(side), end, other, level).render(chain);
    }
  }

  /** The length of the longest prefix that has all of a set. */
  private static int span(AddressSet set) {
    Address first = set.ranges().getFirst().first();
    Address last = set.ranges().getLast().last();
    int length = 0;
    while (length < first.family().bits() && first.bit(length) == last.bit(length)) {
      length++;
    }
    return length;
  }

  private String netName(Side side) {
    return name + "/" + side.text() + "-net";
  }

  private void renderIrregulars(String chain, ClassedEnds nets, Side side, List<AddressSet> sets) {
    for (List<AddressSet> layer : Layers.of(sets)) {
      List<VerdictMap.Element> elements = new ArrayList<>();
      for (AddressSet set : layer) {
        Verdict target = new Verdict.Jump(irregularChain(nets, set, side));
        set.ranges()
            .forEach(r -> elements.add(new VerdictMap.Element(RulesetBuilder.value(r), target)));
      }
      String map =
          builder.numberedMap(
              netName(side) + "/sets",
              List.of(RulesetBuilder.type(family)),
              List.of(RulesetBuilder.INTERVAL),
              elements);
      builder.rule(chain, new Statement.Lookup(end(side), map));
    }
  }

  private String irregularChain(ClassedEnds nets, AddressSet set, Side side) {
    String meaning = netName(side) + "/" + setName(nets, set);
    String chain = builder.chain(meaning);
    List<Lookups.Entry> entries = new ArrayList<>();
    nets.tables().get(set).forEach((key, table) -> entries.add(entry(key, table)));
    lookups.add(chain, meaning, List.of(end(opposite(side))), entries);
    return chain;
  }

  private String setName(ClassedEnds nets, AddressSet set) {
    return set.equals(directory.internet().ofFamily(family))
        ? "internet"
        : "set-" + (List.copyOf(nets.tables().keySet()).indexOf(set) + 1);
  }

  // --- The rest ---

  /** Nothing in a segment is at either end, so that no host or router meets many of these. */
  private void renderWide(String chain, Wide wide) {
    List<Statement> statements = new ArrayList<>();
    statements.add(Reads.equal(end(Side.FROM), netSet(wide.from())));
    statements.add(Reads.equal(end(Side.TO), netSet(wide.to())));
    statements.add(Reads.equal(Reads.PROTOCOL, Reads.value(wide.protocol())));
    addPortMatch(wide.ports(), statements);
    statements.add(Reads.goTo(builder.admitting(wide.ports().rule())));
    builder.rule(chain, new Rule(statements, Optional.empty()));
  }

  private void addPortMatch(Owned ports, List<Statement> statements) {
    if (!ports.isAll()) {
      statements.addFirst(Reads.HAS_PORT);
      statements.add(Reads.equal(Reads.PORT, builder.ports(ports.first(), ports.last())));
    }
  }

  private Value.Named netSet(AddressSet set) {
    return builder.addresses(set);
  }

  /**
   * INVARIANT (a name reaches internet only): whatever the resolvers answer, only addresses that
   * the permit's own set has are admitted, so that no answer opens a way into a segment.
   */
  private void renderNamed(String chain) {
    if (named.isEmpty()) {
      return;
    }
    Map<List<Named>, Verdict> verdictByNames = new LinkedHashMap<>();
    List<VerdictMap.Element> elements = new ArrayList<>();
    named.forEach(
        (key, names) -> {
          Verdict verdict =
              verdictByNames.computeIfAbsent(names, n -> namesChain(verdictByNames.size() + 1, n));
          Lookups.Entry entry = entry(key, new PortTable());
          elements.add(new VerdictMap.Element(entry.key(), verdict));
        });
    String map =
        builder.map(
            name + "/fqdn",
            List.of(RulesetBuilder.type(family), "inet_proto"),
            List.of(),
            elements);
    Expression key = Lookups.concat(List.of(end(Side.FROM)), Reads.PROTOCOL);
    builder.rule(chain, new Statement.Lookup(key, map));
  }

  private Verdict namesChain(int number, List<Named> names) {
    String chain = builder.chain(name + "/fqdn/" + number);
    for (Named one : names) {
      List<Statement> statements = new ArrayList<>();
      addPortMatch(one.ports(), statements);
      statements.add(Reads.equal(end(Side.TO), builder.answers(family, one.fqdn())));
      statements.add(Reads.equal(end(Side.TO), netSet(one.to())));
      statements.add(Reads.goTo(builder.admitting(one.ports().rule())));
      builder.rule(chain, new Rule(statements, Optional.empty()));
    }
    return new Verdict.Goto(chain);
  }
}
