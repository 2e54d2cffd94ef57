package io.ringfence.targets.nftables;

import io.ringfence.model.Family;
import io.ringfence.model.Protocol;
import io.ringfence.targets.nftables.PortTable.Owned;
import io.ringfence.targets.nftables.ruleset.Expression;
import io.ringfence.targets.nftables.ruleset.Statement;
import io.ringfence.targets.nftables.ruleset.Value;
import io.ringfence.targets.nftables.ruleset.Verdict;
import io.ringfence.targets.nftables.ruleset.VerdictMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes what is permitted between ends as lookups of the ends and what is asked there. */
final class Lookups {
  /** A port range becomes single ports up to this many. */
  static final int SINGLE_PORTS_MAX = 8;

  /**
   * Ports between one pair of ends that are told apart one rule after the other, up to this many.
   */
  static final int LINEAR_PORTS_MAX = 8;

  private final RulesetBuilder builder;
  private final String name;
  private final Family family;
  private final Map<Ranges, Verdict> verdictByPorts = new LinkedHashMap<>();

  /** The ports of one protocol between one pair of ends. */
  private record Ranges(Protocol protocol, List<Owned> owned) {}

  /** One key of a lookup: the ends' values, then what is admitted there. */
  record Entry(List<Value> ends, Protocol protocol, PortTable table) {
    Entry {
      ends = List.copyOf(ends);
    }

    Value key(Value... more) {
      List<Value> parts = new ArrayList<>(ends);
      parts.add(Reads.value(protocol));
      parts.addAll(List.of(more));
      return new Value.Tuple(parts);
    }
  }

  Lookups(RulesetBuilder builder, String name, Family family) {
    this.builder = builder;
    this.name = name;
    this.family = family;
  }

  /** Two hash lookups: by single port, and for what has ranges by protocol only. */
  void add(String chain, String meaning, List<Expression> ends, List<Entry> entries) {
    List<VerdictMap.Element> byPort = new ArrayList<>();
    List<VerdictMap.Element> byProtocol = new ArrayList<>();
    for (Entry entry : entries) {
      List<Owned> ranges = new ArrayList<>();
      for (Owned owned : entry.table().owned()) {
        if (owned.count() <= SINGLE_PORTS_MAX) {
          addPorts(entry, owned, byPort);
        } else {
          ranges.add(owned);
        }
      }
      if (!ranges.isEmpty()) {
        byProtocol.add(element(entry, ranges));
      }
    }
    add(chain, meaning, ends, byPort, byProtocol);
  }

  void add(
      String chain,
      String meaning,
      List<Expression> ends,
      List<VerdictMap.Element> byPort,
      List<VerdictMap.Element> byProtocol) {
    List<String> types = new ArrayList<>();
    ends.forEach(e -> types.add(RulesetBuilder.type(family)));
    types.add("inet_proto");
    List<String> typesWithPort = new ArrayList<>(types);
    typesWithPort.add("inet_service");
    if (!byPort.isEmpty()) {
      String map = builder.map(meaning + "/ports", typesWithPort, List.of(), byPort);
      Expression key = concat(ends, Reads.PROTOCOL, Reads.PORT);
      builder.rule(chain, Reads.HAS_PORT, new Statement.Lookup(key, map));
    }
    if (!byProtocol.isEmpty()) {
      String map = builder.map(meaning + "/ranges", types, List.of(), byProtocol);
      builder.rule(chain, new Statement.Lookup(concat(ends, Reads.PROTOCOL), map));
    }
  }

  static Expression concat(List<Expression> ends, Expression... more) {
    List<Expression> parts = new ArrayList<>(ends);
    parts.addAll(List.of(more));
    return new Expression.Concat(parts);
  }

  private void addPorts(Entry entry, Owned owned, List<VerdictMap.Element> out) {
    for (int port = owned.first(); port <= owned.last(); port++) {
      out.add(builder.admitting(entry.key(new Value.Numeral(port)), owned.rule()));
    }
  }

  /** Where the flows between one pair of ends go that may have these ports. */
  private VerdictMap.Element element(Entry entry, List<Owned> ranges) {
    if (ranges.size() == 1 && ranges.getFirst().isAll()) {
      return builder.admitting(entry.key(), ranges.getFirst().rule());
    }
    return new VerdictMap.Element(entry.key(), ports(entry.protocol(), ranges));
  }

  /** To where ports of a protocol are told apart, and what has none of them returns from. */
  Verdict ports(Protocol protocol, List<Owned> ranges) {
    List<Owned> content = ranges.stream().map(Lookups::unordered).toList();
    return verdictByPorts.computeIfAbsent(
        new Ranges(protocol, content), r -> portsChain(r.protocol(), r.owned()));
  }

  private static Owned unordered(Owned owned) {
    return new Owned(owned.first(), owned.last(), 0, owned.rule());
  }

  private Verdict portsChain(Protocol protocol, List<Owned> ranges) {
    Owned first = ranges.getFirst();
    String meaning =
        ranges.size() == 1
            ? first.first() + "-" + first.last() + "/" + first.rule()
            : name + "/" + verdictByPorts.size();
    String chain =
        builder.chain("ports" + RulesetBuilder.digit(family) + "/" + protocol + "/" + meaning);
    // A router's two policies share the chain of one rule's one range.
    if (builder.isEmpty(chain)) {
      if (ranges.size() <= LINEAR_PORTS_MAX) {
        ranges.forEach(r -> portsRule(chain, protocol, r));
      } else {
        portsMap(chain, protocol, ranges);
      }
    }
    // Other ports may be permitted by what is looked up later.
    return new Verdict.Jump(chain);
  }

  private void portsRule(String chain, Protocol protocol, Owned range) {
    Statement ports = Reads.equal(Reads.PORT, RulesetBuilder.value(range.first(), range.last()));
    for (Statement carried : Reads.carried(protocol, family)) {
      builder.rule(chain, builder.admitting(List.of(carried, ports), range.rule()));
    }
  }

  private void portsMap(String chain, Protocol protocol, List<Owned> ranges) {
    List<VerdictMap.Element> elements =
        ranges.stream()
            .map(r -> builder.admitting(RulesetBuilder.value(r.first(), r.last()), r.rule()))
            .toList();
    String map =
        builder.map(chain, List.of("inet_service"), List.of(RulesetBuilder.INTERVAL), elements);
    for (Statement carried : Reads.carried(protocol, family)) {
      builder.rule(chain, carried, new Statement.Lookup(Reads.PORT, map));
    }
  }
}
