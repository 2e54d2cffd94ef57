package io.ringfence.targets.nftables;

import io.ringfence.model.AddressRange;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Flow;
import io.ringfence.model.PortRange;
import io.ringfence.model.PortSet;
import io.ringfence.targets.nftables.read.ImportedRuleset;
import io.ringfence.targets.nftables.read.Situation;
import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.flows.FlowSpace;
import io.ringfence.verifier.projection.NetworkProjection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a ruleset that somebody else wrote lets through beyond a blueprint, and what it blocks of
 * it: connections by their first packets, and the replies to those that open, at one machine.
 *
 * <p>At a host a packet may come and go by any interface, since a blueprint does not name them; at
 * a router each is held against the segment that it faces.
 */
public final class ImportedComparison {
  /**
   * A kind of flow that differs.
   *
   * @param certain false when it differs only if what is not understood turns out so, or by some
   *     interfaces only
   * @param trace the rules that the witness goes by, ending with what decides
   */
  public record Difference(
      ReadBack.Kind kind,
      boolean certain,
      String gate,
      FlowSet flows,
      Flow witness,
      List<String> trace) {
    public Difference {
      trace = List.copyOf(trace);
    }

    /** What is not understood on the witness's way; none where it differs by interface only. */
    public List<String> dependsOn() {
      return certain ? List.of() : ImportedRuleset.unsure(trace);
    }
  }

  private final FlowSpace space;
  private final ImportedRuleset ruleset;
  private final FlowSet toItself;
  private final FlowSet fromItself;
  private final FlowSet within;
  private final List<Difference> differences = new ArrayList<>();

  private ImportedComparison(FlowSpace space, ImportedRuleset ruleset, Placement placement) {
    this.space = space;
    this.ruleset = ruleset;
    this.toItself = space.box(AddressSet.ALL, own(placement), PortSet.ALL);
    this.fromItself = space.box(own(placement), AddressSet.ALL, PortSet.ALL);
    this.within = space.box(own(placement), own(placement), PortSet.ALL);
  }

  /**
   * All differences at a machine; the ruleset's flows are of the given space.
   *
   * @param space one that has the blueprint's names, see {@link FlowSpace#of}
   */
  public static List<Difference> compare(
      NetworkProjection projection, Placement placement, ImportedRuleset ruleset, FlowSpace space) {
    ImportedComparison comparison = new ImportedComparison(space, ruleset, placement);
    List<Gate> gates =
        new Gates(
                projection,
                Permitted.at(projection, placement),
                space,
                ruleset.inInterfaces(),
                ruleset.outInterfaces())
            .of(placement);
    Map<String, List<Gate>> groups = comparison.byGroup(placement, gates);
    groups.forEach(comparison::compare);
    SortedMap<Integer, FlowSet> opened = comparison.opened(groups);
    groups.forEach((text, group) -> comparison.compareReplies(text, group, opened));
    return List.copyOf(comparison.differences);
  }

  private static AddressSet own(Placement placement) {
    return switch (placement) {
      case Placement.AtHost at -> AddressSet.ofAddresses(at.host().addresses());
      case Placement.AtRouter at -> AddressSet.ofAddresses(at.router().addresses());
    };
  }

  /** Gates that a packet may take one as well as the other. */
  private Map<String, List<Gate>> byGroup(Placement placement, List<Gate> gates) {
    Map<String, List<Gate>> out = new LinkedHashMap<>();
    for (Gate gate : gates) {
      // What stays on the machine is outside the comparison.
      if (!gate.isLocal() && !gate.belongs().isEmpty()) {
        boolean anyInterface =
            placement instanceof Placement.AtHost || gate.hook() != Situation.Hook.FORWARD;
        String text = anyInterface ? gate.hook().text() : gate.text();
        out.computeIfAbsent(text, t -> new ArrayList<>()).add(gate);
      }
    }
    return out;
  }

  private void compare(String text, List<Gate> gates) {
    FlowSet surely = space.all();
    FlowSet possibly = space.empty();
    FlowSet expected = space.empty();
    FlowSet belongs = space.empty();
    for (Gate gate : gates) {
      FlowSet here = universe(gate);
      Situation first = first(gate);
      // Where a flow does not come by, it does not matter what would become of it.
      surely = surely.minus(here.minus(ruleset.surely(first)));
      possibly = possibly.union(here.intersect(ruleset.possibly(first)));
      expected = expected.union(gate.opening().intersect(here));
      belongs = belongs.union(here);
    }
    surely = surely.intersect(belongs);
    FlowSet excess = possibly.minus(expected);
    FlowSet missing = expected.minus(surely);
    add(ReadBack.Kind.EXCESS, true, text, gates, excess.intersect(surely));
    add(ReadBack.Kind.EXCESS, false, text, gates, excess.minus(surely));
    add(ReadBack.Kind.MISSING, true, text, gates, missing.minus(possibly));
    add(ReadBack.Kind.MISSING, false, text, gates, missing.intersect(possibly));
  }

  // --- Replies ---

  /** The permitted flows whose first packets may pass, by the marks that their connections have. */
  private SortedMap<Integer, FlowSet> opened(Map<String, List<Gate>> groups) {
    SortedMap<Integer, FlowSet> out = new TreeMap<>();
    for (List<Gate> gates : groups.values()) {
      for (Gate gate : gates) {
        FlowSet permitted = gate.opening().intersect(universe(gate));
        ruleset
            .opened(first(gate))
            .forEach((mark, flows) -> out.merge(mark, flows.intersect(permitted), FlowSet::union));
      }
    }
    return out;
  }

  /** What opens as permitted is of no use if its answers do not come back. */
  private void compareReplies(
      String text, List<Gate> gates, SortedMap<Integer, FlowSet> openedByMark) {
    FlowSet never = space.empty();
    FlowSet perhaps = space.empty();
    for (Gate gate : gates) {
      FlowSet here = gate.answered().intersect(answering(gate));
      for (Map.Entry<Integer, FlowSet> opened : openedByMark.entrySet()) {
        Situation reply = reply(gate, opened.getKey());
        FlowSet due = here.intersect(opened.getValue());
        never = never.union(due.minus(ruleset.possibly(reply)));
        perhaps = perhaps.union(due.minus(ruleset.surely(reply)));
      }
    }
    addReplies(true, text, gates, openedByMark, never);
    addReplies(false, text, gates, openedByMark, perhaps.minus(never));
  }

  private void addReplies(
      boolean certain,
      String text,
      List<Gate> gates,
      SortedMap<Integer, FlowSet> openedByMark,
      FlowSet missing) {
    if (missing.isEmpty()) {
      return;
    }
    Flow witness = missing.witness().orElseThrow();
    FlowSet one = missing.intersect(exactly(witness));
    for (Gate gate : gates) {
      for (Map.Entry<Integer, FlowSet> opened : openedByMark.entrySet()) {
        FlowSet due = one.intersect(answering(gate)).intersect(opened.getValue());
        Situation reply = reply(gate, opened.getKey());
        if (!due.isEmpty() && !ruleset.surely(reply).containsAll(due)) {
          differences.add(
              new Difference(
                  ReadBack.Kind.MISSING,
                  certain,
                  "replies at " + text,
                  missing,
                  witness,
                  ruleset.trace(reply, due)));
          return;
        }
      }
    }
  }

  private FlowSet answering(Gate gate) {
    FlowSet own = gate.hook() == Situation.Hook.INPUT ? fromItself : space.all();
    return gate.belongsReversed().intersect(own).minus(within);
  }

  private static Situation reply(Gate gate, int mark) {
    return Situation.of(gate.hook(), gate.in(), gate.out(), Situation.Kind.ESTABLISHED, true, mark)
        .flagged(Situation.ACK);
  }

  private static Situation first(Gate gate) {
    return Situation.first(gate.hook(), gate.in(), gate.out());
  }

  /** The flows that go by a gate; a flow that opens nothing, as neighbour discovery, is none. */
  private FlowSet universe(Gate gate) {
    FlowSet discovery = space.box(AddressSet.ALL, AddressSet.ALL, Comparison.infrastructure());
    // What comes in is for the machine's own addresses.
    FlowSet met =
        gate.hook() == Situation.Hook.INPUT ? gate.belongs().intersect(toItself) : gate.belongs();
    return met.minus(discovery).minus(within);
  }

  private void add(
      ReadBack.Kind kind, boolean certain, String text, List<Gate> gates, FlowSet different) {
    if (different.isEmpty()) {
      return;
    }
    Flow witness = different.witness().orElseThrow();
    FlowSet one = different.intersect(exactly(witness));
    Gate shown = gates.stream().filter(g -> differs(kind, g, one)).findFirst().orElseThrow();
    differences.add(
        new Difference(kind, certain, text, different, witness, ruleset.trace(first(shown), one)));
  }

  private boolean differs(ReadBack.Kind kind, Gate gate, FlowSet one) {
    boolean goesBy = universe(gate).overlaps(one);
    return goesBy
        && switch (kind) {
          case EXCESS -> ruleset.possibly(first(gate)).overlaps(one);
          case MISSING -> !ruleset.surely(first(gate)).containsAll(one);
        };
  }

  private FlowSet exactly(Flow flow) {
    boolean ported = flow.protocol().hasPorts() || flow.protocol().isIcmp();
    PortRange port =
        ported
            ? new PortRange(flow.protocol(), flow.port(), flow.port())
            : PortRange.all(flow.protocol());
    return space.box(only(flow.source()), only(flow.destination()), PortSet.of(port));
  }

  private static AddressSet only(io.ringfence.model.Address address) {
    return new AddressSet(List.of(new AddressRange(address, address)));
  }
}
