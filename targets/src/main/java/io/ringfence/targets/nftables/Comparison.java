package io.ringfence.targets.nftables;

import io.ringfence.model.AddressSet;
import io.ringfence.model.Host;
import io.ringfence.model.Mode;
import io.ringfence.model.PortRange;
import io.ringfence.model.PortSet;
import io.ringfence.model.Protocol;
import io.ringfence.model.Router;
import io.ringfence.model.Segment;
import io.ringfence.targets.nftables.read.MarkedFlows;
import io.ringfence.targets.nftables.read.Passage;
import io.ringfence.targets.nftables.read.Reading;
import io.ringfence.targets.nftables.read.Situation;
import io.ringfence.targets.nftables.read.Situation.Hook;
import io.ringfence.targets.nftables.read.Situation.Kind;
import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.flows.FlowSpace;
import io.ringfence.verifier.projection.NetworkProjection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Asks a ruleset, gate by gate, about every kind of packet that flows of one slice can send there.
 *
 * <p>INVARIANT (flow by flow): whether a flow is in any set that is made here depends on that flow,
 * the ruleset, the blueprint and the current classes of marks, and on no other flow. So the
 * differences found in a slice are those among all flows that lie in the slice, and where the
 * slices are all flows and none differs, nothing does.
 *
 * <p>INVARIANT (only what is permitted bears the current mark): no flow outside the blueprint has
 * its connection marked as the ruleset marks what it permits; so that what it lets through on
 * account of that mark is permitted too.
 */
final class Comparison {
  /** Router and neighbour discovery (RFC 4861), and MLD (RFC 2710, RFC 3810). */
  private static final PortSet DISCOVERY = icmpv6(133, 134, 135, 136);

  private static final PortSet LISTENER = icmpv6(130, 131, 132, 143);
  private static final PortSet REDIRECT = icmpv6(137);

  private static final int HOP_LIMIT_MAX = 255;

  /** From a port that clients open connections from to one that they do not. */
  private static final PortSet CLIENT_PORTS = PortSet.parse("32768-65535/tcp");

  private static final PortSet SERVER_PORTS = PortSet.parse("1-32767/tcp");

  private static final int FIN = 1;
  private static final int RST = 4;

  /** Flags of packets that open nothing. */
  private static final List<Integer> NOT_SYN =
      List.of(Situation.ACK, FIN | Situation.ACK, RST, Situation.SYN | Situation.ACK, 0);

  private final NetworkProjection projection;
  private final Placement placement;
  private final Slice slice;
  private final Reading reading;
  private final FlowSpace space;
  private final FlowSet everything;
  private final FlowSet connections;
  private final FlowSet flows;
  private final FlowSet tcp;
  private final FlowSet icmp;
  private final FlowSet midstream;
  private final FlowSet observable;
  private final Map<Integer, Boolean> currentMarks = new HashMap<>();
  private final Set<List<Boolean>> currentClasses;
  private final List<Integer> marks;
  private final List<Found> differences = new ArrayList<>();
  private FlowSet observed;
  private int questions;

  /**
   * A difference.
   *
   * @param question the number of the question that it is an answer to; the same in every slice
   */
  record Found(int question, ReadBack.Kind kind, String text, Situation situation, FlowSet flows) {}

  /** What differs, and what passes only because the segments at its ends observe. */
  record Result(List<Found> differences, FlowSet observed) {}

  /**
   * @param reading the ruleset's, asked about the slice in the space
   * @param currentClasses those of the marks that first packets leave in any slice, so far as they
   *     are known; this one's are added
   */
  Comparison(
      NetworkProjection projection,
      Placement placement,
      Slice slice,
      Reading reading,
      FlowSpace space,
      Set<List<Boolean>> currentClasses) {
    this.projection = projection;
    this.placement = placement;
    this.slice = slice;
    this.reading = reading;
    this.space = space;
    this.currentClasses = currentClasses;
    this.marks = reading.marks();
    this.tcp = ports(PortSet.of(PortRange.all(Protocol.TCP)));
    this.icmp = ports(PortSet.parse("icmp"));
    this.midstream = ports(SERVER_PORTS).intersect(space.sourcePorts(CLIENT_PORTS));
    this.everything = ports(PortSet.ALL);
    this.connections = everything.minus(ports(infrastructure()));
    this.flows = connections.minus(ofThisMachine());
    this.observable = observable();
    this.observed = space.empty();
  }

  Result result() {
    List<Gate> gates =
        new Gates(
                projection,
                slice.permitted(),
                space,
                reading.inInterfaces(),
                reading.outInterfaces())
            .of(placement);
    gates.forEach(this::findCurrentMarks);
    gates.forEach(this::check);
    checkLoopback();
    return new Result(List.copyOf(differences), observed);
  }

  private static PortSet icmpv6(int... types) {
    return new PortSet(
        IntStream.of(types)
            .mapToObj(t -> new PortRange(Protocol.ICMPV6, t << 8, t << 8 | 255))
            .toList());
  }

  /** The kernel follows no connections of these, so that they open no flow. */
  static PortSet infrastructure() {
    return DISCOVERY.union(LISTENER).union(REDIRECT);
  }

  private FlowSet ports(PortSet ports) {
    return space.box(slice.from(), slice.to(), ports);
  }

  private FlowSet ofThisMachine() {
    AddressSet own =
        switch (placement) {
          case Placement.AtHost at -> own(at.host());
          case Placement.AtRouter at -> own(at.router());
        };
    return space.box(own, own, PortSet.ALL);
  }

  private static AddressSet own(Host host) {
    return AddressSet.ofAddresses(host.addresses());
  }

  private static AddressSet own(Router router) {
    return AddressSet.ofAddresses(router.addresses());
  }

  // --- What observing leaves open ---

  /** The flows that segments' modes let pass, whatever the rules say. */
  private FlowSet observable() {
    AddressSet observing = addresses(s -> s.mode() == Mode.OBSERVE);
    if (observing.isEmpty()) {
      return space.empty();
    }
    AddressSet lax = addresses(s -> s.mode() == Mode.ENFORCE).complement();
    FlowSet unenforced = space.box(lax, lax, PortSet.ALL);
    FlowSet ofSegments =
        space
            .box(observing, AddressSet.ALL, PortSet.ALL)
            .union(space.box(AddressSet.ALL, observing, PortSet.ALL));
    return observesItself() ? unenforced : unenforced.intersect(ofSegments);
  }

  private AddressSet addresses(Predicate<Segment> which) {
    return projection.directory().blueprint().segments().values().stream()
        .filter(which)
        .map(Segment::addresses)
        .reduce(AddressSet.EMPTY, AddressSet::union);
  }

  private boolean observesItself() {
    Collection<Segment> here =
        switch (placement) {
          case Placement.AtHost at ->
              at.host().addresses().stream()
                  .flatMap(a -> projection.directory().segmentAt(a).stream())
                  .toList();
          case Placement.AtRouter at ->
              at.router().segments().stream()
                  .map(projection.directory().blueprint().segments()::get)
                  .toList();
        };
    return !here.isEmpty() && here.stream().allMatch(s -> s.mode() == Mode.OBSERVE);
  }

  // --- The gates ---

  /** The classes of marks that first packets leave; 0, which connections begin with, is none. */
  private void findCurrentMarks(Gate gate) {
    Passage passage =
        reading.pass(Situation.first(gate.hook(), gate.in(), gate.out()), flows(gate));
    for (int mark : passage.accepted().flowsByMark().keySet()) {
      currentClasses.add(reading.markClass(mark));
    }
    currentClasses.remove(reading.markClass(0));
  }

  private void check(Gate gate) {
    checkFirst(gate);
    checkMidstream(gate);
    for (int mark : marks) {
      checkExpected(gate, mark);
      checkEstablished(gate, mark, false);
      checkEstablished(gate, mark, true);
      checkErrors(gate, mark, false);
      checkErrors(gate, mark, true);
    }
    checkUnconnected(gate);
    if (!gate.isLocal()) {
      checkInfrastructure(gate);
    }
  }

  /** What may be asked about at a gate: flows within the machine only where they go. */
  private FlowSet flows(Gate gate) {
    return gate.isLocal() ? connections : flows;
  }

  private void checkFirst(Gate gate) {
    Situation first = Situation.first(gate.hook(), gate.in(), gate.out());
    compare(gate, "a first packet", first, flows(gate), gate.opening(), gate.opening());
  }

  /** INVARIANT (never picked up from its other side) */
  private void checkMidstream(Gate gate) {
    FlowSet expected = gate.opening().intersect(midstream);
    for (int flags : reading.flagClasses(NOT_SYN)) {
      Situation later =
          Situation.of(gate.hook(), gate.in(), gate.out(), Kind.NEW, false, 0).flagged(flags);
      compare(
          gate,
          "a TCP packet of no connection",
          later,
          tcp.intersect(flows(gate)),
          expected,
          expected);
    }
  }

  private void checkExpected(Gate gate, int mark) {
    Situation announced =
        Situation.of(gate.hook(), gate.in(), gate.out(), Kind.EXPECTED, false, mark);
    // No protocol announces a flow of ICMP: what the kernel relates by ICMP are errors.
    FlowSet announceable = flows(gate).minus(icmp);
    FlowSet opening = gate.opening().minus(icmp);
    String text = "a first packet that was announced";
    compare(gate, text, announced.flagged(Situation.SYN), announceable, opening, opening);
    FlowSet later = opening.intersect(midstream);
    compare(
        gate,
        "a first packet without SYN that was announced",
        announced.flagged(Situation.ACK),
        flows(gate).intersect(tcp),
        later,
        later);
  }

  private void checkEstablished(Gate gate, int mark, boolean reply) {
    Situation established =
        Situation.of(gate.hook(), gate.in(), gate.out(), Kind.ESTABLISHED, reply, mark);
    boolean current = isCurrent(mark);
    compare(
        gate,
        (reply ? "a reply of " : "a packet of ") + connection(mark),
        established,
        flows(gate),
        current ? gate.belonging(reply) : gate.expected(reply),
        current ? gate.marked(reply) : gate.expected(reply));
  }

  private void checkErrors(Gate gate, int mark, boolean reply) {
    Situation error = Situation.of(gate.hook(), gate.in(), gate.out(), Kind.ERROR, reply, mark);
    FlowSet most = isCurrent(mark) ? flows(gate) : gate.errors();
    String text = "an error about " + connection(mark);
    compare(gate, text, error, flows(gate), most, gate.sentErrors());
    FlowSet least = isCurrent(mark) ? gate.marked(reply) : gate.addressedErrors(reply);
    compare(gate, text, error.addressedAsItsFlow(), flows(gate), most, least);
  }

  private String connection(int mark) {
    return isCurrent(mark) ? "a current connection" : "an earlier connection";
  }

  private boolean isCurrent(int mark) {
    return currentMarks.computeIfAbsent(mark, m -> currentClasses.contains(reading.markClass(m)));
  }

  private void checkUnconnected(Gate gate) {
    FlowSet none = space.empty();
    for (Kind kind : List.of(Kind.INVALID, Kind.UNTRACKED)) {
      Situation stray = Situation.of(gate.hook(), gate.in(), gate.out(), kind, false, 0);
      compare(gate, "a packet of no connection", stray, flows(gate), none, none);
    }
  }

  private void checkInfrastructure(Gate gate) {
    boolean onLink = gate.hook() != Hook.FORWARD;
    for (int hopLimit : List.of(HOP_LIMIT_MAX, HOP_LIMIT_MAX - 1, 2, 1)) {
      checkMessages(gate, hopLimit, DISCOVERY, onLink && hopLimit == HOP_LIMIT_MAX);
      checkMessages(gate, hopLimit, LISTENER, onLink && hopLimit == 1);
      checkMessages(gate, hopLimit, REDIRECT, false);
    }
  }

  private void checkMessages(Gate gate, int hopLimit, PortSet messages, boolean permitted) {
    Situation message =
        Situation.of(gate.hook(), gate.in(), gate.out(), Kind.UNTRACKED, false, 0)
            .hopLimited(hopLimit);
    FlowSet all = ports(messages);
    FlowSet expected = permitted ? all : space.empty();
    String text = "infrastructure with hop limit " + hopLimit;
    compare(gate, text, message, all, expected, expected);
  }

  private boolean byOwner() {
    return placement instanceof Placement.AtHost at
        && !projection.directory().processes(at.host()).isEmpty();
  }

  /**
   * Traffic of a machine to itself is outside the model, and passes; of one that tells processes
   * apart it is judged as it goes out.
   */
  private void checkLoopback() {
    FlowSet all = everything;
    FlowSet none = space.empty();
    for (Hook hook : byOwner() ? List.of(Hook.INPUT) : List.of(Hook.INPUT, Hook.OUTPUT)) {
      String in = hook == Hook.INPUT ? Situation.LOOPBACK : "";
      String out = hook == Hook.OUTPUT ? Situation.LOOPBACK : "";
      Gate gate = new Gate(hook, in, out, all, none, none, none, all, all);
      compare(gate, "a packet to itself", Situation.first(hook, in, out), all, all, all);
    }
  }

  // --- One comparison ---

  /**
   * @param most what may pass
   * @param least what must pass
   */
  private void compare(
      Gate gate, String text, Situation situation, FlowSet all, FlowSet most, FlowSet least) {
    Passage passage = reading.pass(situation, all);
    FlowSet passed = passage.accepted().all();
    FlowSet excess = passed.minus(most);
    FlowSet marked = markedInExcess(gate, situation, passage);
    FlowSet open = observable(situation);
    questions++;
    observed = observed.union(excess.union(marked).intersect(open));
    add(ReadBack.Kind.EXCESS, gate, text, situation, excess.minus(open));
    add(ReadBack.Kind.EXCESS, gate, text + ReadBack.MARKED, situation, marked.minus(open));
    FlowSet missing = least.intersect(all).intersect(passage.dropped().all());
    add(ReadBack.Kind.MISSING, gate, text, situation, missing);
  }

  /** An error that may come from anywhere may come from what only observes. */
  private FlowSet observable(Situation situation) {
    return situation.addressed() || observable.isEmpty() ? observable : everything;
  }

  /**
   * INVARIANT (only what is permitted bears the current mark): and no flow bears a mark that
   * another ruleset might take for its own.
   */
  private FlowSet markedInExcess(Gate gate, Situation situation, Passage passage) {
    FlowSet permitted = gate.opening().union(gate.answered()).union(gate.errors());
    FlowSet out = space.empty();
    for (MarkedFlows ends : List.of(passage.accepted(), passage.dropped())) {
      for (Map.Entry<Integer, FlowSet> entry : ends.flowsByMark().entrySet()) {
        int before = situation.mark();
        int after = entry.getKey();
        if ((after & ~before) != 0 && !isCurrent(before)) {
          FlowSet marked = entry.getValue();
          out = out.union(isCurrent(after) ? marked.minus(permitted) : marked);
        }
      }
    }
    return out;
  }

  private void add(
      ReadBack.Kind kind, Gate gate, String text, Situation situation, FlowSet different) {
    if (!different.isEmpty()) {
      String where = gate.text() + ", " + text;
      differences.add(new Found(questions, kind, where, situation, different));
    }
  }
}
