package io.ringfence.targets.nftables;

import io.ringfence.model.Address;
import io.ringfence.model.AddressRange;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Family;
import io.ringfence.model.PortRange;
import io.ringfence.model.Prefix;
import io.ringfence.model.Protocol;
import io.ringfence.targets.nftables.PortTable.Owned;
import io.ringfence.targets.nftables.PrefixLevels.Net;
import io.ringfence.targets.nftables.ruleset.Expression;
import io.ringfence.targets.nftables.ruleset.Rule;
import io.ringfence.targets.nftables.ruleset.Statement;
import io.ringfence.targets.nftables.ruleset.Value;
import io.ringfence.targets.nftables.ruleset.Verdict;
import io.ringfence.targets.nftables.ruleset.VerdictMap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Writes one level of prefixes as lookups: by block, other end and single port, and for what has
 * ranges by block, other end and protocol; both to the list of what is permitted there.
 *
 * <p>INVARIANT (first rule owns): of the prefixes that a packet is in, what the longest permits is
 * found first.
 */
final class PrefixLookups {
  private static final Comparator<Net> LONGEST_FIRST =
      Comparator.<Net>comparingInt(n -> -n.prefix().length())
          .thenComparing(n -> n.prefix().network());

  private final RulesetBuilder builder;
  private final Lookups lookups;
  private final Family family;
  private final String meaning;
  private final Expression end;
  private final Expression other;
  private final int length;

  private final Map<Value, List<Ask>> byPort = new LinkedHashMap<>();
  private final Map<Value, List<Ask>> byProtocol = new LinkedHashMap<>();
  private final Map<Value, Protocol> protocols = new HashMap<>();
  private final Map<Listed, Verdict> verdictByList = new HashMap<>();

  /**
   * Permitted ports.
   *
   * @param part of the block; empty when it is all of it
   */
  private record Ask(Optional<Prefix> part, Owned owned) {}

  /** A list's whole content. */
  private record Listed(Protocol protocol, List<Ask> asks) {}

  /** The lists that a packet can meet. */
  private record Place(Address block, ClassedEnds.Key key) implements Comparable<Place> {
    private static final Comparator<Place> ORDER =
        Comparator.comparing(Place::block).thenComparing(Place::key);

    @Override
    public int compareTo(Place other) {
      return ORDER.compare(this, other);
    }
  }

  /**
   * @param end the one that is looked up by its block
   */
  PrefixLookups(
      RulesetBuilder builder,
      Lookups lookups,
      Family family,
      String meaning,
      Expression end,
      Expression other,
      PrefixLevels.Level level) {
    this.builder = builder;
    this.lookups = lookups;
    this.family = family;
    this.meaning = meaning + "/" + level.length();
    this.end = end;
    this.other = other;
    this.length = level.length();
    Map<Place, List<Net>> lists = new TreeMap<>();
    level
        .nets()
        .forEach(
            n ->
                lists
                    .computeIfAbsent(new Place(n.block(length), n.key()), p -> new ArrayList<>())
                    .add(n));
    lists.forEach(this::add);
  }

  private void add(Place place, List<Net> nets) {
    Value block = RulesetBuilder.value(place.block());
    Value single = RulesetBuilder.value(place.key().end());
    Protocol protocol = place.key().protocol();
    Lookups.Entry entry = new Lookups.Entry(List.of(block, single), protocol, new PortTable());
    List<Owned> ranges = new ArrayList<>();
    for (Net net : nets.stream().sorted(LONGEST_FIRST).toList()) {
      Optional<Prefix> part =
          net.prefix().length() == length ? Optional.empty() : Optional.of(net.prefix());
      for (Owned owned : net.table().owned()) {
        // What a longer prefix has in a range must not be found by single port before.
        boolean found = ranges.stream().anyMatch(r -> overlap(r, owned));
        if (owned.count() <= Lookups.SINGLE_PORTS_MAX && !found) {
          addPorts(entry, part, owned);
        } else {
          put(byProtocol, entry.key(), protocol, new Ask(part, unordered(owned)));
          ranges.add(owned);
        }
      }
    }
  }

  private static boolean overlap(Owned one, Owned other) {
    return one.first() <= other.last() && other.first() <= one.last();
  }

  private static Owned unordered(Owned owned) {
    return new Owned(owned.first(), owned.last(), 0, owned.rule());
  }

  private void addPorts(Lookups.Entry entry, Optional<Prefix> part, Owned owned) {
    // The key has the port, so that the list does not ask for it.
    Owned any = new Owned(0, PortRange.PORT_MAX, 0, owned.rule());
    for (int port = owned.first(); port <= owned.last(); port++) {
      Value key = entry.key(new Value.Numeral(port));
      put(byPort, key, entry.protocol(), new Ask(part, any));
    }
  }

  private void put(Map<Value, List<Ask>> asks, Value key, Protocol protocol, Ask ask) {
    asks.computeIfAbsent(key, k -> new ArrayList<>()).add(ask);
    protocols.put(key, protocol);
  }

  /** Has a chain look up, and return for what has no key or nothing permitted there. */
  void render(String chain) {
    Address mask = Prefix.around(Address.last(family), length).network();
    Expression block = new Expression.Masked(end, RulesetBuilder.value(mask));
    List<Expression> ends = List.of(block, other);
    lookups.add(chain, meaning, ends, elements(byPort), elements(byProtocol));
  }

  private List<VerdictMap.Element> elements(Map<Value, List<Ask>> asks) {
    List<VerdictMap.Element> out = new ArrayList<>();
    asks.forEach((key, list) -> out.add(element(key, list)));
    return out;
  }

  private VerdictMap.Element element(Value key, List<Ask> asks) {
    Ask first = asks.getFirst();
    if (first.part().isEmpty() && first.owned().isAll()) {
      return builder.admitting(key, first.owned().rule());
    }
    Verdict list =
        verdictByList.computeIfAbsent(
            new Listed(protocols.get(key), asks), l -> new Verdict.Jump(chain(l)));
    return new VerdictMap.Element(key, list);
  }

  private String chain(Listed list) {
    String chain = builder.chain(meaning + "/" + (verdictByList.size() + 1));
    List<Statement> carried = Reads.carried(list.protocol(), family);
    Map<Optional<AddressRange>, List<Owned>> parts = parts(list.asks());
    // Errors come last: hardly a packet is one.
    for (Statement packets : carried) {
      parts.forEach((part, owned) -> addPart(chain, list.protocol(), part, owned, packets));
    }
    return chain;
  }

  /**
   * What is asked by the part of the block; parts that follow one another, as the prefixes of a
   * range do, and of which the same is permitted, are one.
   */
  private static Map<Optional<AddressRange>, List<Owned>> parts(List<Ask> asks) {
    Map<Optional<Prefix>, List<Owned>> byPrefix = new LinkedHashMap<>();
    asks.forEach(a -> byPrefix.computeIfAbsent(a.part(), p -> new ArrayList<>()).add(a.owned()));
    Map<Optional<AddressRange>, List<Owned>> out = new LinkedHashMap<>();
    Optional<AddressRange> last = Optional.empty();
    for (var part : byPrefix.entrySet()) {
      Optional<AddressRange> own = part.getKey().map(Prefix::range);
      Optional<AddressRange> joined = last.flatMap(l -> own.flatMap(o -> joined(l, o)));
      boolean goesOn =
          joined.isPresent() && !out.containsKey(joined) && part.getValue().equals(out.get(last));
      if (goesOn) {
        out.remove(last);
      }
      last = goesOn ? joined : own;
      out.computeIfAbsent(last, l -> new ArrayList<>()).addAll(part.getValue());
    }
    return out;
  }

  private static Optional<AddressRange> joined(AddressRange one, AddressRange next) {
    List<AddressRange> both = new AddressSet(List.of(one, next)).ranges();
    return both.size() == 1 ? Optional.of(both.getFirst()) : Optional.empty();
  }

  private void addPart(
      String chain,
      Protocol protocol,
      Optional<AddressRange> part,
      List<Owned> owned,
      Statement packets) {
    List<Statement> within = new ArrayList<>();
    part.ifPresent(p -> within.add(Reads.equal(end, RulesetBuilder.value(p))));
    boolean first = packets.equals(Reads.carried(protocol, family).getFirst());
    if (owned.size() > Lookups.LINEAR_PORTS_MAX) {
      if (first) {
        within.add(new Statement.Apply(lookups.ports(protocol, owned)));
        builder.rule(chain, new Rule(within, Optional.empty()));
      }
      return;
    }
    for (Owned one : owned) {
      List<Statement> statements = new ArrayList<>(within);
      if (!one.isAll()) {
        statements.add(packets);
        statements.add(Reads.equal(Reads.PORT, RulesetBuilder.value(one.first(), one.last())));
      }
      if (first || !one.isAll()) {
        builder.rule(chain, builder.admitting(statements, one.rule()));
      }
    }
  }
}
