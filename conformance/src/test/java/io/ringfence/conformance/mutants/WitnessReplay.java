package io.ringfence.conformance.mutants;

import com.fasterxml.jackson.databind.JsonNode;
import io.ringfence.agent.kernel.Conntrack;
import io.ringfence.agent.kernel.ConntrackEntry;
import io.ringfence.agent.kernel.NftablesException;
import io.ringfence.conformance.differential.Datagram;
import io.ringfence.conformance.differential.Machine;
import io.ringfence.conformance.differential.Site;
import io.ringfence.model.Address;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Directory;
import io.ringfence.model.Family;
import io.ringfence.model.Flow;
import io.ringfence.model.PortRange;
import io.ringfence.model.PortSet;
import io.ringfence.model.Prefix;
import io.ringfence.model.Protocol;
import io.ringfence.model.UserSet;
import io.ringfence.targets.nftables.Generation;
import io.ringfence.targets.nftables.NftablesRenderer;
import io.ringfence.targets.nftables.Placement;
import io.ringfence.targets.nftables.ReadBack;
import io.ringfence.targets.nftables.read.NftablesReader;
import io.ringfence.targets.nftables.read.Situation;
import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.flows.FlowSpace;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Has the kernel act out what read-back says of a ruleset: for each difference a packet of one of
 * its flows, in the very situation, is put to the ruleset.
 */
final class WitnessReplay implements AutoCloseable {
  /** What the kernel says of one difference. */
  enum Answer {
    CONFIRMED("confirmed; the ruleset as rendered does the opposite"),
    CONFIRMED_ALONE("confirmed; so does the other, of a forged mark"),
    REFUTED("refuted"),
    NOT_PRODUCIBLE("no packet of the flows gets there in this kernel");

    private final String text;

    Answer(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  /** A difference and what the kernel says of it. */
  record Answered(ReadBack.Difference difference, Answer answer) {}

  /** The kernel refuses a ruleset. */
  static final class NotLoadable extends Exception {
    private static final long serialVersionUID = 1;

    NotLoadable(String message) {
      super(message);
    }
  }

  private static final long ROOT = 0;

  /** Whoever may own a socket. */
  private static final UserSet SOCKETS =
      new UserSet(List.of(new UserSet.Range(0, UserSet.USER_MAX)));

  private static final int CLIENT_PORT = 40_000;
  private static final int DIFFERENCES_MAX = 12;
  private static final int TRIES_MAX = 8;
  private static final List<Integer> HOP_LIMITS = List.of(64, 255, 2, 1);
  private static final int ANNOUNCING_PORT = 2121;
  private static final Address ELSEWHERE_4 = Address.parse("198.51.100.9");
  private static final Address ELSEWHERE_6 = Address.parse("2001:db8:9::9");
  private static final String RESET =
      "add table inet ringfence\ndelete table inet ringfence\n"
          + "add table inet director\ndelete table inet director\n";

  /** Addresses that no packet on a wire has, or that the kernel refuses before any filter. */
  private static final AddressSet CARRIED =
      AddressSet.ofPrefixes(
              Stream.of(
                      "0.0.0.0/8",
                      "127.0.0.0/8",
                      "224.0.0.0/4",
                      "255.255.255.255/32",
                      "::/127",
                      "::fffe:0:0/95",
                      "fe80::/10",
                      "ff00::/8")
                  .map(Prefix::parse)
                  .toList())
          .complement();

  /** What comes from the loopback's addresses is carried in, but not back. */
  private static final AddressSet SOURCES =
      CARRIED.union(AddressSet.ofPrefixes(List.of(Prefix.parse("127.0.0.0/8"))));

  private static final AddressSet ALL_NODES =
      AddressSet.of(Address.parse("224.0.0.1"), Address.parse("ff02::1"));

  private static final PortSet MESSAGES = infrastructure();

  private final JsonNode original;
  private final FlowSpace space;
  private final Site site;
  private final Machine machine;
  private final AddressSet own;
  private int hopLimit = HOP_LIMITS.getFirst();
  private long cookie = 0x5000_0000_0000_0000L;

  WitnessReplay(Placement placement, Directory directory, JsonNode original, FlowSpace space)
      throws Exception {
    this.original = original;
    this.space = space;
    this.site = Site.of(placement, directory);
    this.own = AddressSet.ofAddresses(site.own());
    this.machine = new Machine(site.interfaces(), site.own(), site.routes());
  }

  private static PortSet infrastructure() {
    List<PortRange> out = new ArrayList<>();
    for (int type : new int[] {130, 131, 132, 133, 134, 135, 136, 137, 143}) {
      out.add(new PortRange(Protocol.ICMPV6, type << 8, type << 8 | 255));
    }
    return new PortSet(out);
  }

  /** The kernel's answer to each difference, in their order, up to the first that it confirms. */
  List<Answered> replay(JsonNode mutant, ReadBack back) throws Exception {
    requireLoadable(mutant);
    List<Answered> out = new ArrayList<>();
    for (ReadBack.Difference difference : some(back.differences())) {
      Answer answer = replay(mutant, Claim.of(difference));
      out.add(new Answered(difference, answer));
      if (answer == Answer.CONFIRMED) {
        break;
      }
    }
    return out;
  }

  /** One of each sort first, so that a few suffice. */
  private static List<ReadBack.Difference> some(List<ReadBack.Difference> all) {
    Set<ReadBack.Difference> out = new LinkedHashSet<>();
    Set<Object> seen = new LinkedHashSet<>();
    for (ReadBack.Difference difference : all) {
      Claim claim = Claim.of(difference);
      if (seen.add(List.of(claim.about(), claim.effect(), claim.hook()))) {
        out.add(difference);
      }
    }
    out.addAll(all);
    return out.stream().limit(DIFFERENCES_MAX).toList();
  }

  private void requireLoadable(JsonNode mutant) throws Exception {
    try {
      machine.nft(RESET);
      machine.nft(mutant.toString());
    } catch (NftablesException e) {
      throw new NotLoadable(e.getMessage());
    }
  }

  private Answer replay(JsonNode mutant, Claim claim) throws Exception {
    List<Scene> scenes = scenes(mutant, claim);
    Answer best = Answer.NOT_PRODUCIBLE;
    // A claim that says nothing of the hop limit may hold for one and not for another.
    for (int limit : HOP_LIMITS) {
      hopLimit = limit;
      for (Scene scene : scenes) {
        Answer answer = answer(claim, scene.play(mutant), scene.play(original));
        best = answer.compareTo(best) < 0 ? answer : best;
        if (best == Answer.CONFIRMED) {
          return best;
        }
      }
      if (best != Answer.REFUTED) {
        return best;
      }
    }
    return best;
  }

  private static Answer answer(Claim claim, Fate fate, Fate before) {
    boolean markedOtherwise = !fate.marks().equals(before.marks());
    return switch (claim.effect()) {
      // A packet that is dropped leaves no connection, nor a mark, unless it had one.
      case MARKED -> markedOtherwise ? Answer.CONFIRMED : Answer.NOT_PRODUCIBLE;
      case PASSED -> answer(fate.passed(), !before.passed() || markedOtherwise);
      case DROPPED -> answer(!fate.passed(), before.passed());
    };
  }

  private static Answer answer(boolean asClaimed, boolean otherwiseBefore) {
    if (!asClaimed) {
      return Answer.REFUTED;
    }
    return otherwiseBefore ? Answer.CONFIRMED : Answer.CONFIRMED_ALONE;
  }

  // --- Scenes: one packet and what must have been before it ---

  /**
   * What became of a packet.
   *
   * @param marks the bits that generations have of the marks of all connections then, sorted
   */
  private record Fate(boolean passed, List<Integer> marks) {}

  /** A packet in a situation, to be put to a ruleset. */
  private interface Scene {
    Fate play(JsonNode ruleset) throws Exception;
  }

  private List<Scene> scenes(JsonNode mutant, Claim claim) {
    return switch (claim.about()) {
      case FIRST -> single(claim, Datagram.SYN, false);
      case MIDSTREAM -> midstream(mutant, claim);
      case UNCONNECTED -> {
        List<Scene> out = new ArrayList<>(single(claim, Datagram.SYN, true));
        out.addAll(corrupted(claim));
        yield out;
      }
      case INFRASTRUCTURE -> message(claim);
      case TO_ITSELF -> toItself(claim);
      case ANNOUNCED -> announced(mutant, claim, Datagram.SYN);
      case ANNOUNCED_MIDSTREAM -> announced(mutant, claim, Datagram.ACK);
      case OF_CURRENT, OF_EARLIER, REPLY_OF_CURRENT, REPLY_OF_EARLIER -> connected(mutant, claim);
      case ERROR_OF_CURRENT, ERROR_OF_EARLIER -> errors(mutant, claim);
    };
  }

  private List<Scene> single(Claim claim, int flags, boolean untracked) {
    return witness(claim, false, openable())
        .<List<Scene>>map(
            w ->
                List.of(
                    ruleset -> {
                      begin(ruleset, w.flow());
                      if (untracked) {
                        machine.nft(untracking());
                      }
                      Datagram first = Datagram.forward(w.flow(), w.sourcePort(), flags, ++cookie);
                      return fate(claim, first, opener(w.flow()));
                    }))
        .orElse(List.of());
  }

  /**
   * Of the packets without SYN alone, the kernel takes only ACKs for the first of a connection; the
   * claim may be about others, which it calls invalid whatever the ruleset.
   */
  private List<Scene> midstream(JsonNode mutant, Claim claim) {
    Situation.Hook hook = Situation.Hook.valueOf(claim.hook().toUpperCase(Locale.ROOT));
    Situation ack =
        Situation.of(hook, claim.in(), claim.out(), Situation.Kind.NEW, false, 0)
            .flagged(Situation.ACK);
    FlowSet passing =
        NftablesReader.read(mutant, NftablesRenderer.TABLE, space)
            .pass(ack, claim.flows())
            .accepted()
            .all();
    FlowSet stopped = claim.flows().minus(passing);
    FlowSet meant =
        switch (claim.effect()) {
          case PASSED -> passing;
          case DROPPED -> stopped;
          case MARKED -> claim.flows();
        };
    return single(claim.about(meant), Datagram.ACK, false);
  }

  private List<Scene> corrupted(Claim claim) {
    if (claim.hook().equals("output")) {
      return List.of(); // The kernel looks at checksums of what comes in only.
    }
    PortSet summed = openable().minus(PortSet.of(PortRange.all(Protocol.ICMPV6)));
    return witness(claim, false, summed)
        .filter(w -> Datagram.opening(w.flow(), 1, 0).hasChecksum())
        .<List<Scene>>map(
            w ->
                List.of(
                    ruleset -> {
                      begin(ruleset, w.flow());
                      Datagram first = Datagram.opening(w.flow(), w.sourcePort(), ++cookie);
                      return fate(claim, first.corrupted(), opener(w.flow()));
                    }))
        .orElse(List.of());
  }

  private List<Scene> message(Claim claim) {
    // Forwarding takes one off before any filter sees it.
    int limit = claim.hook().equals("forward") ? claim.number() + 1 : claim.number();
    if (limit > 255) {
      return List.of();
    }
    return witness(claim, false, MESSAGES)
        .<List<Scene>>map(
            w ->
                List.of(
                    ruleset -> {
                      begin(ruleset, w.flow());
                      Datagram message = Datagram.opening(w.flow(), 0, ++cookie);
                      return fate(claim, message, limit, opener(w.flow()));
                    }))
        .orElse(List.of());
  }

  private List<Scene> toItself(Claim claim) {
    AddressSet loopback = AddressSet.of(Address.parse("127.0.0.1"), Address.parse("::1"));
    FlowSet flows = claim.flows().intersect(space.box(loopback, loopback, openable()));
    return flows
        .witness()
        .<List<Scene>>map(
            flow ->
                List.of(
                    ruleset -> {
                      begin(ruleset, flow);
                      Datagram first = Datagram.opening(flow, CLIENT_PORT, ++cookie);
                      return loopbackFate(first);
                    }))
        .orElse(List.of());
  }

  private List<Scene> connected(JsonNode mutant, Claim claim) {
    List<Scene> out = new ArrayList<>();
    boolean reply = claim.about().isReply();
    witness(claim, reply, trackable())
        .ifPresent(
            w -> {
              for (int mark : marks(mutant, claim)) {
                for (long user : reply ? users(mutant, claim) : List.of(opener(w.flow()))) {
                  out.add(
                      ruleset -> {
                        open(claim, w, mark, reply);
                        begin(ruleset, w.flow());
                        return fate(claim, later(w, reply), user);
                      });
                }
              }
            });
    return out;
  }

  private Datagram later(Witness w, boolean reply) {
    return reply
        ? Datagram.backward(w.flow(), w.sourcePort(), Datagram.ACK, ++cookie)
        : Datagram.forward(w.flow(), w.sourcePort(), Datagram.ACK, ++cookie);
  }

  /** Errors about what either side sent, from the other side's end or from elsewhere. */
  private List<Scene> errors(JsonNode mutant, Claim claim) {
    List<Scene> out = new ArrayList<>();
    for (boolean aboutReply : new boolean[] {false, true}) {
      // An error about a packet goes where that packet came from.
      Optional<Witness> witness = witness(claim, !aboutReply, trackable());
      if (witness.isPresent()) {
        for (int mark : marks(mutant, claim)) {
          for (Address source : senders(claim, witness.get(), aboutReply)) {
            for (long user : users(mutant, claim)) {
              out.add(error(claim, witness.get(), mark, aboutReply, source, user));
            }
          }
        }
      }
    }
    return out;
  }

  /** The end that it was sent to, some router elsewhere, or anyone behind that interface. */
  private Set<Address> senders(Claim claim, Witness w, boolean aboutReply) {
    Family family = w.flow().source().family();
    Set<Address> out = new LinkedHashSet<>();
    out.add(aboutReply ? w.flow().source() : w.flow().destination());
    out.add(family == Family.IPV4 ? ELSEWHERE_4 : ELSEWHERE_6);
    site.behind(claim.in()).stream()
        .filter(n -> n.family() == family)
        .forEach(n -> out.add(n.last().previous()));
    return out;
  }

  private Scene error(
      Claim claim, Witness w, int mark, boolean aboutReply, Address source, long user) {
    return ruleset -> {
      open(claim, w, mark, !aboutReply);
      begin(ruleset, w.flow());
      return fate(claim, Datagram.errorAbout(later(w, aboutReply), source, ++cookie), user);
    };
  }

  /**
   * A connection of the other direction announces the flow and bears a mark, which the flow's
   * connection then inherits.
   */
  private List<Scene> announced(JsonNode mutant, Claim claim, int flags) {
    List<Scene> out = new ArrayList<>();
    PortSet announceable =
        new PortSet(List.of(PortRange.all(Protocol.TCP), PortRange.all(Protocol.UDP)));
    // The connection that announces it is a connection too: its packets go there and back.
    witness(claim, false, announceable, CARRIED)
        .ifPresent(
            w -> {
              for (int mark : marks(mutant, claim)) {
                out.add(
                    ruleset -> {
                      announce(claim, w, mark);
                      begin(ruleset, w.flow());
                      Datagram first = Datagram.forward(w.flow(), w.sourcePort(), flags, ++cookie);
                      return fate(claim, first, opener(w.flow()));
                    });
              }
            });
    return out;
  }

  private void announce(Claim claim, Witness w, int mark) throws Exception {
    Flow flow = w.flow();
    boolean v4 = flow.source().family() == Family.IPV4;
    forget();
    machine.nft(RESET);
    machine.nft(
        """
        table inet director {
          ct expectation announced {
            protocol %s; dport %d; timeout 1m; size 4; l3proto %s;
          }
          chain prerouting { type filter hook prerouting priority 0; ct mark set %d; ct expectation set "announced"; }
          chain output { type filter hook output priority -1; ct mark set %4$d; ct expectation set "announced"; }
        }
        """
            .formatted(
                flow.protocol(), flow.port(), v4 ? "ip" : "ip6", Integer.toUnsignedLong(mark)));
    Flow announcing = new Flow(flow.destination(), flow.source(), Protocol.TCP, ANNOUNCING_PORT);
    inject(backward(claim), Datagram.opening(announcing, CLIENT_PORT, ++cookie), ROOT);
    drain();
  }

  private List<Integer> marks(JsonNode mutant, Claim claim) {
    int current = new Generation(1).mark();
    Set<Integer> out = new LinkedHashSet<>();
    out.add(claim.about().isCurrent() ? current : 0);
    out.addAll(NftablesReader.read(mutant, NftablesRenderer.TABLE, space).marks());
    return List.copyOf(out);
  }

  // --- Owners of sockets ---

  /** Who opens a flow where it begins here; anybody where the flow says nothing of it. */
  private static long opener(Flow flow) {
    return flow.user().orElse(ROOT);
  }

  /** Of whom a packet may be of which the flow says nothing: root, and all that a mutant names. */
  private static List<Long> users(JsonNode mutant, Claim claim) {
    Set<Long> out = new LinkedHashSet<>(List.of(ROOT));
    if (claim.hook().equals("output")) {
      for (Leaf leaf : Leaves.of(new RulesetTree(mutant), List.of("uid"))) {
        JsonNode value = leaf.value();
        out.add(value.has("range") ? value.get("range").get(0).asLong() : value.asLong());
      }
    }
    return List.copyOf(out);
  }

  /** What stays on the machine goes out by its loopback, and in again. */
  private static boolean isLocal(Claim claim) {
    return claim.out().equals(Situation.LOOPBACK);
  }

  // --- Witnesses ---

  private record Witness(Flow flow, int sourcePort) {}

  /** Protocols whose first packet the kernel takes for the first of a connection. */
  private static PortSet openable() {
    return trackable().union(PortSet.of(PortRange.all(Protocol.SCTP)));
  }

  /** Those of which we can send what follows, too. */
  private static PortSet trackable() {
    List<PortRange> out = new ArrayList<>();
    for (int number : new int[] {6, 17, 47, 89, 103}) {
      out.add(PortRange.all(new Protocol(number)));
    }
    out.add(new PortRange(Protocol.ICMP, 8 << 8, 8 << 8 | 255));
    out.add(new PortRange(Protocol.ICMPV6, 128 << 8, 128 << 8 | 255));
    return new PortSet(out);
  }

  /** A flow of the claim whose packets get to the filter there; in the direction of the packet. */
  private Optional<Witness> witness(Claim claim, boolean reply, PortSet ports) {
    return witness(claim, reply, ports, claim.about().isConnected() ? CARRIED : SOURCES);
  }

  private Optional<Witness> witness(Claim claim, boolean reply, PortSet ports, AddressSet from) {
    AddressSet goals = claim.hook().equals("input") ? delivered(claim) : CARRIED.minus(own);
    AddressSet sources = claim.hook().equals("output") && reply ? own : from;
    FlowSet there = reply ? space.box(goals, sources, ports) : space.box(sources, goals, ports);
    FlowSet here = isLocal(claim) ? space.box(own, own, ports) : there;
    FlowSet flows = claim.flows().intersect(here).intersect(sourcePorts(1));
    if (claim.hook().equals("output") && !reply) {
      // What nobody's socket sends, none of ours can.
      flows = flows.intersect(space.users(SOCKETS));
    }
    FlowSet clients = flows.intersect(sourcePorts(32_768));
    FlowSet best = clients.isEmpty() ? flows : clients;
    return witness(best).map(flow -> new Witness(flow, sourcePort(best, flow)));
  }

  /** Preferably from one address to another. */
  private Optional<Flow> witness(FlowSet flows) {
    FlowSet rest = flows;
    for (int tries = 0; tries < TRIES_MAX; tries++) {
      Optional<Flow> flow = rest.witness();
      if (flow.isEmpty() || !flow.get().source().equals(flow.get().destination())) {
        return flow.or(flows::witness);
      }
      AddressSet same = AddressSet.of(flow.get().source());
      rest = rest.minus(space.box(same, same, PortSet.ALL));
    }
    return flows.witness();
  }

  /** What the machine takes for itself; groups that every machine is in where it is no host. */
  private AddressSet delivered(Claim claim) {
    AddressSet addresses = CARRIED.intersect(own);
    return addresses.isEmpty() && !claim.about().isConnected() ? ALL_NODES : addresses;
  }

  private static int sourcePort(FlowSet flows, Flow flow) {
    int lowest = flows.sourcePort(flow).orElse(0);
    return flow.protocol().hasPorts() ? lowest : CLIENT_PORT;
  }

  private FlowSet sourcePorts(int min) {
    List<PortRange> out = new ArrayList<>();
    for (int number = 0; number < 256; number++) {
      Protocol protocol = new Protocol(number);
      out.add(
          protocol.hasPorts()
              ? new PortRange(protocol, min, PortRange.PORT_MAX)
              : PortRange.all(protocol));
    }
    return space.sourcePorts(new PortSet(out));
  }

  // --- Acting ---

  /** Loads a ruleset, and the flow's name as answered. */
  private void begin(JsonNode ruleset, Flow flow) throws Exception {
    machine.nft(RESET);
    machine.nft(ruleset.toString());
    if (flow.fqdn().isPresent()) {
      String set = NftablesRenderer.fqdnSet(flow.fqdn().get(), flow.destination().family());
      if (new RulesetTree(ruleset)
          .added("set").stream().anyMatch(s -> s.path("name").asText().equals(set))) {
        machine.nft(
            "add element inet ringfence " + set + " { " + flow.destination() + " timeout 1h }\n");
      }
    }
    drain();
  }

  /** A connection that bears a mark, tracked while another ruleset was loaded. */
  private void open(Claim claim, Witness w, int mark, boolean reply) throws Exception {
    forget();
    machine.nft(RESET);
    machine.nft(
        """
        table inet director {
          chain input { type filter hook input priority 0; ct mark set %1$d; }
          chain output { type filter hook output priority 0; ct mark set %1$d; }
          chain forward { type filter hook forward priority 0; ct mark set %1$d; }
        }
        """
            .formatted(Integer.toUnsignedLong(mark)));
    Datagram first = Datagram.opening(w.flow(), w.sourcePort(), ++cookie);
    Datagram answer = Datagram.reply(w.flow(), w.sourcePort(), ++cookie);
    inject(reply ? backward(claim) : claim, first, opener(w.flow()));
    inject(reply ? claim : backward(claim), answer, ROOT);
    drain();
  }

  /** The way of packets of the other direction. */
  private static Claim backward(Claim claim) {
    if (isLocal(claim)) {
      return claim;
    }
    String hook =
        switch (claim.hook()) {
          case "input" -> "output";
          case "output" -> "input";
          default -> "forward";
        };
    return new Claim(
        hook,
        claim.out(),
        claim.in(),
        claim.about(),
        claim.number(),
        claim.effect(),
        claim.flows());
  }

  private static String untracking() {
    return """
    table inet director {
      chain prerouting { type filter hook prerouting priority -300; notrack; }
      chain output { type filter hook output priority -300; notrack; }
    }
    """;
  }

  /** Forgets all connections, and what has come out so far. */
  private void forget() throws Exception {
    machine.call(
        () -> {
          try (Conntrack conntrack = Conntrack.open()) {
            for (ConntrackEntry entry : conntrack.entries()) {
              conntrack.delete(entry);
            }
          }
          return null;
        });
  }

  private void drain() throws Exception {
    machine.departures();
  }

  private String device(String name) {
    return site.interfaces().contains(name) ? name : site.rest();
  }

  private void inject(Claim claim, Datagram datagram, long user) throws Exception {
    Address goal = datagram.destination();
    if (isLocal(claim)) {
      machine.sends(datagram.bytes(), goal, user);
      return;
    }
    if (!claim.hook().equals("input")) {
      machine.route(new Machine.Route(new Prefix(goal, goal.family().bits()), device(claim.out())));
    }
    if (claim.hook().equals("output")) {
      machine.sends(datagram.bytes(), goal, user);
    } else {
      machine.enters(device(claim.in()), datagram.bytes());
    }
  }

  private Fate fate(Claim claim, Datagram datagram, long user) throws Exception {
    return fate(claim, datagram, hopLimit, user);
  }

  private Fate fate(Claim claim, Datagram datagram, int limit, long user) throws Exception {
    if (!claim.about().isConnected() && !claim.about().isAnnounced()) {
      forget();
    }
    boolean delivered = claim.hook().equals("input") || isLocal(claim);
    Family family = datagram.source().family();
    if (delivered) {
      machine.deliveries(family, datagram.protocol());
    }
    drain();
    inject(claim, datagram.withHopLimit(limit), user);
    List<Machine.Arrival> arrivals =
        delivered ? machine.deliveries(family, datagram.protocol()) : machine.departures();
    return fate(arrivals, datagram);
  }

  private Fate loopbackFate(Datagram datagram) throws Exception {
    forget();
    Family family = datagram.source().family();
    machine.deliveries(family, datagram.protocol());
    machine.sends(datagram.bytes(), datagram.destination());
    return fate(machine.deliveries(family, datagram.protocol()), datagram);
  }

  private Fate fate(List<Machine.Arrival> arrivals, Datagram datagram) throws Exception {
    long wanted = Machine.cookie(datagram.body());
    boolean passed = arrivals.stream().anyMatch(a -> Machine.cookie(a.packet()) == wanted);
    return new Fate(passed, marks());
  }

  private List<Integer> marks() throws Exception {
    return machine.call(
        () -> {
          try (Conntrack conntrack = Conntrack.open()) {
            return conntrack.entries().stream()
                .map(e -> e.mark() & Generation.MARK_MASK)
                .sorted()
                .toList();
          }
        });
  }

  @Override
  public void close() throws Exception {
    machine.close();
  }
}
