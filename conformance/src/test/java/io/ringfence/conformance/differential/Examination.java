package io.ringfence.conformance.differential;

import io.ringfence.conformance.differential.Courier.Outcome;
import io.ringfence.conformance.differential.Meaning.Expected;
import io.ringfence.model.Address;
import io.ringfence.model.Family;
import io.ringfence.model.Flow;
import io.ringfence.model.PortRange;
import io.ringfence.model.Protocol;
import io.ringfence.model.testing.Dice;
import io.ringfence.targets.nftables.Form;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Puts flow after flow to one machine, packet by packet, and compares what becomes of each with the
 * reference: its first packet in one of several guises, then replies, what follows, and errors.
 */
final class Examination {
  private static final List<Integer> EDGE_PORTS = List.of(1, 53, 1023, 1024, 32767, 32768, 65535);
  private static final Address ELSEWHERE_4 = Address.parse("198.51.100.9");
  private static final Address ELSEWHERE_6 = Address.parse("2001:db8:9::9");
  private static final int DISAGREEMENTS_MAX = 20;

  /** A connection as conntrack tells it from others. */
  private record Tuple(Address from, Address to, Protocol protocol, int sourcePort, int port) {}

  private final String name;
  private final Site site;
  private final Meaning meaning;
  private final Form form;
  private final Courier courier;
  private final EdgeFlows flows;
  private final Dice dice;
  private final Set<Tuple> used = new HashSet<>();
  private final Tally tally = new Tally();
  private final List<Disagreement> disagreements = new ArrayList<>();
  private final Set<Long> neighbours = new TreeSet<>(List.of(0L));
  private long sender;
  private long cookie;

  Examination(
      String name,
      Site site,
      Meaning meaning,
      Form form,
      Courier courier,
      EdgeFlows flows,
      long seed) {
    this.name = name;
    this.site = site;
    this.meaning = meaning;
    this.form = form;
    this.courier = courier;
    this.flows = flows;
    this.dice = new Dice(seed);
    // Cookies differ between machines too; none is so small that other bytes could be taken for it.
    this.cookie = seed << 20 | 0x4000_0000_0000_0000L;
  }

  Tally tally() {
    return tally;
  }

  List<Disagreement> disagreements() {
    return disagreements;
  }

  /** Examines until so many packets have been injected. */
  void run(long packets) throws Exception {
    while (tally.packets() < packets && disagreements.size() < DISAGREEMENTS_MAX) {
      if (!site.own().isEmpty() && dice.oneIn(40)) {
        infrastructure();
      } else if (!meaning.users().isEmpty() && dice.oneIn(3)) {
        within();
      } else {
        examine(sent(flows.next()));
      }
    }
  }

  // --- One flow ---

  /** The flow, from a socket of some user where it begins here. */
  private Flow sent(Flow flow) {
    sender = user();
    courier.sendAs(sender);
    return site.owns(flow.source()) ? flow.by(OptionalLong.of(sender)) : flow;
  }

  private long user() {
    List<Long> users = new ArrayList<>(meaning.users());
    users.forEach(u -> neighbours.add(u == 0 ? 0 : u - 1));
    return users.isEmpty() || dice.oneIn(4) ? dice.of(List.copyOf(neighbours)) : dice.of(users);
  }

  /** From a process to another or to none, without leaving the host. */
  private void within() throws Exception {
    sender = user();
    courier.sendAs(sender);
    Family family = dice.oneIn(3) ? Family.IPV6 : Family.IPV4;
    List<Address> own = new ArrayList<>(site.own());
    own.removeIf(a -> a.family() != family);
    own.add(Address.parse(family == Family.IPV4 ? "127.0.0.1" : "::1"));
    Address source = dice.of(own);
    Address goal = dice.of(own);
    List<PortRange> ports = meaning.ports().ofFamily(family).ranges();
    PortRange range =
        ports.isEmpty() || dice.oneIn(4) ? new PortRange(Protocol.TCP, 77, 79) : dice.of(ports);
    Protocol protocol = range.protocol();
    int port = Math.clamp(dice.between(range.first() - 1, range.last() + 1), 1, 65535);
    Flow flow = new Flow(source, goal, protocol, port).by(OptionalLong.of(sender));
    int sourcePort = dice.between(1, 65535);
    if (!protocol.hasPorts() || !isNew(flow, sourcePort)) {
      return;
    }
    Way way = new Way.FromItself();
    Datagram first = Datagram.opening(flow, sourcePort, ++cookie);
    Outcome outcome = check(Kind.WITHIN, flow, way, first, meaning.within(flow));
    courier.sendAs(user());
    if (outcome == Outcome.PASSED) {
      Datagram reply = Datagram.reply(flow, sourcePort, ++cookie);
      check(Kind.REPLY, flow, way, reply, Expected.PASS);
    } else if (protocol.equals(Protocol.TCP)) {
      Datagram reply = Datagram.reply(flow, sourcePort, ++cookie);
      check(Kind.UNSOLICITED_REPLY, flow, way, reply, meaning.denied(goal, source));
    }
  }

  private void examine(Flow flow) throws Exception {
    int sourcePort = sourcePort(flow);
    Way way = site.honest(flow.source());
    if (meaning.isOutside(flow)
        || !site.carries(way, flow.source(), flow.destination())
        || !isNew(flow, sourcePort)) {
      return;
    }
    switch (dice.between(0, 19)) {
      case 0, 1 -> spoofed(flow, sourcePort);
      case 2 -> stray(flow, sourcePort, way);
      case 3, 4 -> midstream(flow, sourcePort, way);
      case 5, 6 -> fragmented(flow, sourcePort, way);
      default -> {
        Datagram first = Datagram.opening(flow, sourcePort, ++cookie);
        Expected expected = meaning.opening(flow);
        follow(flow, sourcePort, first, check(Kind.OPENING, flow, way, first, expected));
      }
    }
  }

  private int sourcePort(Flow flow) {
    if (!flow.protocol().hasPorts() && !flow.protocol().isIcmp()) {
      return 0;
    }
    return dice.oneIn(3) ? dice.of(EDGE_PORTS) : dice.between(1, 65535);
  }

  /** No packet before had this tuple, in either direction. */
  private boolean isNew(Flow flow, int sourcePort) {
    Protocol protocol = flow.protocol();
    // An answer to an ICMP request differs in type, which is told apart by no more than that.
    int port = protocol.isIcmp() ? 0 : flow.port();
    int back = protocol.isIcmp() ? 0 : sourcePort;
    int id = protocol.isIcmp() ? sourcePort << 16 : 0;
    Tuple there = new Tuple(flow.source(), flow.destination(), protocol, back | id, port);
    Tuple here = new Tuple(flow.destination(), flow.source(), protocol, port | id, back);
    return !used.contains(here) && used.add(there);
  }

  private void spoofed(Flow flow, int sourcePort) throws Exception {
    List<Way> wrong =
        wrongWays(flow.source()).stream()
            .filter(w -> site.carries(w, flow.source(), flow.destination()))
            .toList();
    if (form == Form.ENFORCING && !wrong.isEmpty()) {
      Datagram first = Datagram.opening(flow, sourcePort, ++cookie);
      check(Kind.SPOOFED, flow, dice.of(wrong), first, Expected.DROP);
    }
  }

  /** The ways that packets from an address do not come by, if they are truly theirs. */
  private List<Way> wrongWays(Address source) {
    List<Way> ways = new ArrayList<>();
    site.interfaces().forEach(i -> ways.add(new Way.In(i)));
    if (site.isHost()) {
      ways.add(new Way.FromItself());
    }
    ways.remove(site.honest(source));
    return ways;
  }

  /** Out of nowhere: an answer, an end, or a packet that is damaged. */
  private void stray(Flow flow, int sourcePort, Way way) throws Exception {
    Datagram whole = Datagram.opening(flow, sourcePort, ++cookie);
    Expected expected = meaning.denied(flow.source(), flow.destination());
    if (isCheckedByFilter(whole, way) && dice.oneIn(2)) {
      check(Kind.STRAY, flow, way, whole.corrupted(), expected);
    } else if (flow.protocol().equals(Protocol.TCP)) {
      int flags = dice.of(Datagram.SYN | Datagram.ACK, Datagram.RST, Datagram.FIN | Datagram.ACK);
      Datagram odd = Datagram.forward(flow, sourcePort, flags, ++cookie);
      check(Kind.STRAY, flow, way, odd, expected);
    }
  }

  /** Raw sockets hear no ICMPv6 whose checksum is wrong, so that nobody could tell its verdict. */
  private boolean isCheckedByFilter(Datagram datagram, Way way) {
    boolean heard =
        !datagram.protocol().equals(Protocol.ICMPV6) || !site.owns(datagram.destination());
    return datagram.hasChecksum() && way instanceof Way.In && heard;
  }

  private void midstream(Flow flow, int sourcePort, Way way) throws Exception {
    if (flow.protocol().equals(Protocol.TCP)) {
      Datagram later = Datagram.forward(flow, sourcePort, Datagram.ACK, ++cookie);
      Expected expected = meaning.midstream(flow, sourcePort);
      Outcome outcome = check(Kind.MIDSTREAM, flow, way, later, expected);
      if (outcome == Outcome.PASSED && isAnswerable(flow)) {
        Datagram back = Datagram.backward(flow, sourcePort, Datagram.ACK, ++cookie);
        check(Kind.REPLY, flow, site.honest(flow.destination()), back, Expected.PASS);
      }
    }
  }

  private void fragmented(Flow flow, int sourcePort, Way way) throws Exception {
    Datagram whole = Datagram.opening(flow, sourcePort, ++cookie);
    List<byte[]> fragments = new ArrayList<>(whole.fragments((int) (cookie & 0xffff)));
    if (dice.oneIn(2)) {
      fragments = fragments.reversed();
    }
    Expected expected = meaning.opening(flow);
    Outcome outcome = courier.carry(way, whole, fragments);
    follow(flow, sourcePort, whole, judge(Kind.FRAGMENTED, flow, way, expected, outcome));
  }

  // --- What follows ---

  private void follow(Flow flow, int sourcePort, Datagram first, Outcome outcome) throws Exception {
    if (outcome == Outcome.DROPPED) {
      comeBack(flow, sourcePort, first);
    } else if (beginsConnection(flow) && isAnswerable(flow)) {
      goOn(flow, sourcePort, first);
    }
  }

  private void goOn(Flow flow, int sourcePort, Datagram first) throws Exception {
    Way way = site.honest(flow.source());
    Way back = site.honest(flow.destination());
    List<Way> wrong = wrongWays(flow.destination());
    if (dice.oneIn(4) && form == Form.ENFORCING && !site.isHost() && !wrong.isEmpty()) {
      Datagram reply = Datagram.reply(flow, sourcePort, ++cookie);
      check(Kind.SPOOFED_REPLY, flow, dice.of(wrong), reply, Expected.DROP);
    }
    if (dice.oneIn(8)) {
      error(Kind.ERROR, flow, first, flow.destination(), back, Expected.PASS);
    }
    if (dice.oneIn(2)) {
      Datagram reply = Datagram.reply(flow, sourcePort, ++cookie);
      check(Kind.REPLY, flow, back, reply, Expected.PASS);
      if (dice.oneIn(4)) {
        error(Kind.ERROR, flow, reply, flow.source(), way, Expected.PASS);
      }
      if (dice.oneIn(2) && !flow.protocol().equals(Protocol.SCTP)) {
        Datagram more = Datagram.forward(flow, sourcePort, Datagram.ACK, ++cookie);
        check(Kind.FURTHER, flow, way, more, Expected.PASS);
      }
    }
    if (dice.oneIn(8)) {
      errorFromElsewhere(flow, first);
    }
    boolean forwarded =
        !site.isHost() && !site.owns(flow.source()) && !site.owns(flow.destination());
    if (forwarded && dice.oneIn(8)) {
      // Routers say what is wrong in the name of any of their interfaces.
      error(Kind.ERROR, flow, first, elsewhere(flow), new Way.FromItself(), Expected.PASS);
    }
  }

  private boolean isAnswerable(Flow flow) {
    Way back = site.honest(flow.destination());
    return site.carries(back, flow.destination(), flow.source());
  }

  /** The kernel follows an exchange of ICMP only if it begins with a request; ours are echo. */
  private static boolean beginsConnection(Flow flow) {
    boolean echo = flow.port() >> 8 == 8 || flow.port() >> 8 == 128;
    return !flow.protocol().isIcmp() || echo;
  }

  /** From some router on the way, which lies in no segment. */
  private void errorFromElsewhere(Flow flow, Datagram first) throws Exception {
    Address router = elsewhere(flow);
    Way way = site.honest(router);
    // What has arrived causes no error on the way.
    if (!site.owns(flow.destination())) {
      error(Kind.ERROR, flow, first, router, way, Expected.PASS);
    }
  }

  private static Address elsewhere(Flow flow) {
    return flow.source().family() == Family.IPV4 ? ELSEWHERE_4 : ELSEWHERE_6;
  }

  private void comeBack(Flow flow, int sourcePort, Datagram first) throws Exception {
    Way back = site.honest(flow.destination());
    if (!isAnswerable(flow)) {
      return;
    }
    if (dice.oneIn(4)) {
      Expected expected = meaning.denied(flow.destination(), flow.source());
      error(Kind.UNSOLICITED_ERROR, flow, first, flow.destination(), back, expected);
    }
    if (beginsConnection(flow) && dice.oneIn(3)) {
      Datagram reply = Datagram.reply(flow, sourcePort, ++cookie);
      Expected expected = meaning.unsolicitedReply(flow, sourcePort, sender);
      check(Kind.UNSOLICITED_REPLY, flow, back, reply, expected);
    }
  }

  private void error(Kind kind, Flow flow, Datagram cause, Address from, Way way, Expected expected)
      throws Exception {
    if (site.carries(way, from, cause.source())) {
      check(kind, flow, way, Datagram.errorAbout(cause, from, ++cookie), expected);
    }
  }

  // --- Infrastructure ---

  /** On the link only, which the hop limit tells; redirects never. */
  private void infrastructure() throws Exception {
    List<Address> own = site.own().stream().filter(a -> a.family() == Family.IPV6).toList();
    if (own.isEmpty()) {
      return;
    }
    Address goal = dice.of(own);
    Address source = goal.next();
    if (site.owns(source)) {
      return;
    }
    int type = dice.of(130, 131, 132, 133, 134, 135, 136, 137, 143);
    boolean listener = type < 133 || type == 143;
    int hopLimit = dice.of(1, 2, 64, 254, 255);
    boolean permitted = type != 137 && hopLimit == (listener ? 1 : 255);
    Expected expected = permitted ? Expected.PASS : meaning.denied(source, goal);
    Flow flow = new Flow(source, goal, Protocol.ICMPV6, type << 8);
    Datagram message = Datagram.opening(flow, 0, ++cookie).withHopLimit(hopLimit);
    check(Kind.INFRASTRUCTURE, flow, site.honest(source), message, expected);
  }

  // --- One packet ---

  private Outcome check(Kind kind, Flow flow, Way way, Datagram datagram, Expected expected)
      throws Exception {
    return judge(kind, flow, way, expected, courier.carry(way, datagram));
  }

  private Outcome judge(Kind kind, Flow flow, Way way, Expected expected, Outcome outcome) {
    tally.addPacket();
    boolean agreed =
        switch (expected) {
          case PASS -> outcome == Outcome.PASSED;
          case DROP -> outcome == Outcome.DROPPED;
          case ANY -> outcome != Outcome.GARBLED;
        };
    if (!agreed) {
      disagreements.add(disagreement(kind, flow, way, expected, outcome));
    }
    boolean passed = outcome == Outcome.PASSED;
    tally.add("kind/" + kind.name(), passed);
    tally.add("machine/" + (site.isHost() ? "host" : "router"), passed);
    tally.add("family/" + flow.source().family(), passed);
    if (kind == Kind.OPENING || kind == Kind.FRAGMENTED) {
      String protocol = flow.protocol().toString();
      tally.add("protocol/" + (protocol.startsWith("proto-") ? "other" : protocol), passed);
    }
    if (expected == Expected.ANY) {
      tally.add("unspecified", passed);
    }
    return outcome;
  }

  private Disagreement disagreement(
      Kind kind, Flow flow, Way way, Expected expected, Outcome outcome) {
    Supplier<String> why = () -> meaning.verdict(flow).text();
    return new Disagreement(
        name,
        kind.text() + " " + flow + " " + way.text(),
        expected + " (" + why.get() + ")",
        outcome.text());
  }
}
