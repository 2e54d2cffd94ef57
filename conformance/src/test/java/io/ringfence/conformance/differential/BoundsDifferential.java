package io.ringfence.conformance.differential;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.agent.kernel.LibNftables;
import io.ringfence.model.Address;
import io.ringfence.model.AddressRange;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Family;
import io.ringfence.model.Flow;
import io.ringfence.model.PortRange;
import io.ringfence.model.PortSet;
import io.ringfence.model.Prefix;
import io.ringfence.model.Protocol;
import io.ringfence.model.UserSet;
import io.ringfence.model.testing.Dice;
import io.ringfence.targets.nftables.read.ImportedRuleset;
import io.ringfence.targets.nftables.read.Situation;
import io.ringfence.targets.nftables.read.Situation.Hook;
import io.ringfence.targets.nftables.read.Situation.Kind;
import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.flows.FlowSpace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * The kernel against the two bounds of rulesets that nobody here wrote: what surely passes must
 * pass, and what cannot possibly must not.
 */
final class BoundsDifferential {
  /** The table that {@link Machine} counts with. */
  private static final String OBSERVER = "observer";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<Integer> PORTS = List.of(22, 53, 80, 81, 60, 2000, 65_535);

  private final long seed;
  private final UnaryOperator<String> sabotage;
  private final List<String> disagreements = new ArrayList<>();
  private final Map<String, long[]> counts = new HashMap<>();
  private final Map<String, long[]> sorts = new TreeMap<>();
  private int rulesets;
  private long cookie = 100;

  BoundsDifferential(long seed) {
    this(seed, UnaryOperator.identity());
  }

  /**
   * @param sabotage what to read instead of each ruleset's listing, to see that it is noticed
   */
  BoundsDifferential(long seed, UnaryOperator<String> sabotage) {
    this.seed = seed;
    this.sabotage = sabotage;
  }

  /** What of the packets was known before, by what became of them: passed, then dropped. */
  enum Known {
    SURELY("surely passes"),
    NEVER("cannot pass"),
    EITHER("may pass or not");

    private final String text;

    Known(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  List<String> disagreements() {
    return disagreements;
  }

  int rulesets() {
    return rulesets;
  }

  long count(Known known, boolean passed) {
    return counts.getOrDefault(known.name(), new long[2])[passed ? 0 : 1];
  }

  /** Packets by how they belong to their connection: passed, then dropped. */
  Map<String, long[]> sorts() {
    return sorts;
  }

  long packets() {
    return counts.values().stream().mapToLong(c -> c[0] + c[1]).sum();
  }

  void run(int wanted, int flows) throws Exception {
    for (int i = 0; rulesets < wanted; i++) {
      long each = seed * 1_000_003 + i;
      examine(new HandwrittenRules(each).next(), new Dice(each ^ 0x5eed), flows, each);
    }
  }

  /** The same of one ruleset in nft's words. */
  void run(String text, int flows) throws Exception {
    examine(text, new Dice(seed), flows, seed);
  }

  private void examine(String text, Dice dice, int flows, long each) throws Exception {
    try (Machine machine = machine()) {
      machine.nft(text);
      rulesets++;
      FlowSpace space = new FlowSpace(List.of());
      JsonNode listing = JSON.readTree(sabotage.apply(listing(machine).toString()));
      Bounds bounds = new Bounds(space, ImportedRuleset.read(listing, space));
      Set<Set<Address>> portless = new HashSet<>();
      for (int i = 0; i < flows; i++) {
        Flow flow = flow(dice);
        boolean ported = flow.protocol().hasPorts() || flow.protocol().isIcmp();
        if (!ported && !portless.add(Set.of(flow.source(), flow.destination()))) {
          continue; // it would be of the connection that an earlier one opened
        }
        Conversation one = new Conversation(machine, bounds, flow, 1024 + i, dice);
        one.hold().ifPresent(d -> disagreements.add("ruleset " + each + ": " + d + "\n" + text));
      }
    }
  }

  static Machine machine() throws Exception {
    return new Machine(
        List.of("eth0", "eth1"),
        List.of(Address.parse("10.0.1.1"), Address.parse("fd00:1::1")),
        List.of(
            new Machine.Route(Prefix.parse("10.0.1.0/24"), "eth0"),
            new Machine.Route(Prefix.parse("10.0.2.0/24"), "eth1"),
            new Machine.Route(Prefix.parse("fd00:1::/64"), "eth0"),
            new Machine.Route(Prefix.parse("fd00:2::/64"), "eth1")));
  }

  /** The whole ruleset but what only observes. */
  private static JsonNode listing(Machine machine) throws Exception {
    String json =
        machine.call(
            () -> {
              try (LibNftables nft =
                  LibNftables.open(
                      LibNftables.Output.JSON,
                      LibNftables.Output.HANDLES,
                      LibNftables.Output.STATELESS)) {
                return nft.run("list ruleset");
              }
            });
    ArrayNode kept = JSON.createArrayNode();
    for (JsonNode item : JSON.readTree(json).path("nftables")) {
      JsonNode body = item.elements().next();
      String table = (item.has("table") ? body.path("name") : body.path("table")).asText();
      if (!table.equals(OBSERVER)) {
        kept.add(item);
      }
    }
    ObjectNode out = JSON.createObjectNode();
    out.set("nftables", kept);
    return out;
  }

  // --- Flows ---

  private static Flow flow(Dice dice) {
    boolean v4 = dice.oneIn(2);
    List<String> hosts =
        v4
            ? List.of("10.0.1.1", "10.0.1.9", "10.0.2.9", "10.0.1.7", "10.0.2.8", "10.0.2.10")
            : List.of("fd00:1::1", "fd00:1::9", "fd00:2::9", "fd00:1::7", "fd00:2::8", "fd00:2::a");
    String from = dice.of(hosts);
    String to = dice.of(hosts);
    if (from.equals(to) || device(from).equals(device(to)) && !isOwn(from) && !isOwn(to)) {
      return flow(dice);
    }
    Protocol icmp = v4 ? Protocol.ICMP : Protocol.ICMPV6;
    Protocol protocol =
        dice.of(Protocol.TCP, Protocol.TCP, Protocol.UDP, icmp, Protocol.SCTP, new Protocol(47));
    int port = protocol.isIcmp() ? (v4 ? 8 : 128) << 8 : protocol.hasPorts() ? dice.of(PORTS) : 0;
    return new Flow(Address.parse(from), Address.parse(to), protocol, port);
  }

  private static String device(String address) {
    return address.startsWith("10.0.1.") || address.startsWith("fd00:1::") ? "eth0" : "eth1";
  }

  private static boolean isOwn(String address) {
    return address.equals("10.0.1.1") || address.equals("fd00:1::1");
  }

  /** The bounds in each situation, found once. */
  private static final class Bounds {
    private final FlowSpace space;
    private final ImportedRuleset ruleset;
    private final Map<Situation, FlowSet> surely = new HashMap<>();
    private final Map<Situation, FlowSet> possibly = new HashMap<>();

    Bounds(FlowSpace space, ImportedRuleset ruleset) {
      this.space = space;
      this.ruleset = ruleset;
    }

    Known of(Situation situation, Flow flow, int sourcePort, UserSet users) {
      FlowSet one = exactly(flow, sourcePort, users);
      if (surely.computeIfAbsent(situation, ruleset::surely).containsAll(one)) {
        return Known.SURELY;
      }
      return possibly.computeIfAbsent(situation, ruleset::possibly).overlaps(one)
          ? Known.EITHER
          : Known.NEVER;
    }

    List<String> trace(Situation situation, Flow flow, int sourcePort, UserSet users) {
      return ruleset.trace(situation, exactly(flow, sourcePort, users));
    }

    private FlowSet exactly(Flow flow, int sourcePort, UserSet users) {
      Protocol protocol = flow.protocol();
      boolean ported = protocol.hasPorts() || protocol.isIcmp();
      PortRange port =
          ported ? new PortRange(protocol, flow.port(), flow.port()) : PortRange.all(protocol);
      FlowSet box =
          space.box(only(flow.source()), only(flow.destination()), PortSet.of(port), users);
      return protocol.hasPorts()
          ? box.intersect(
              space.sourcePorts(PortSet.of(new PortRange(protocol, sourcePort, sourcePort))))
          : box;
    }

    private static AddressSet only(Address address) {
      return new AddressSet(List.of(new AddressRange(address, address)));
    }
  }

  /** Packets of one flow, one after the other, and what each must meet with. */
  private final class Conversation {
    private final Machine machine;
    private final Bounds bounds;
    private final Flow flow;
    private final int port;
    private final long user;
    private Optional<String> disagreement = Optional.empty();

    Conversation(Machine machine, Bounds bounds, Flow flow, int port, Dice dice) {
      this.machine = machine;
      this.bounds = bounds;
      this.flow = flow;
      this.port = port;
      this.user = dice.of(0L, 1000L);
    }

    /** The first packet that the kernel treats otherwise than it may. */
    Optional<String> hold() throws Exception {
      boolean tcp = flow.protocol().equals(Protocol.TCP);
      if (tcp) {
        stray();
      }
      boolean opened =
          goes(
              "opens",
              situation(false, Kind.NEW, tcp ? Datagram.SYN : -1),
              Datagram.opening(flow, port, ++cookie));
      if (!opened) {
        return disagreement;
      }
      boolean answered =
          goes(
              "answers",
              situation(true, Kind.ESTABLISHED, tcp ? Datagram.SYN | Datagram.ACK : -1),
              Datagram.reply(flow, port, ++cookie));
      if (answered) {
        goes(
            "goes on",
            situation(false, Kind.ESTABLISHED, tcp ? Datagram.ACK : -1),
            Datagram.forward(flow, port, Datagram.ACK, ++cookie));
      }
      return disagreement;
    }

    /** Packets of no connection. */
    private void stray() throws Exception {
      goes(
          "of no connection",
          situation(false, Kind.INVALID, Datagram.FIN | Datagram.ACK),
          Datagram.forward(flow, port + 20_000, Datagram.FIN | Datagram.ACK, ++cookie));
      goes(
          "picked up",
          situation(false, Kind.NEW, Datagram.ACK),
          Datagram.forward(flow, port + 30_000, Datagram.ACK, ++cookie));
    }

    private Situation situation(boolean reply, Kind kind, int flags) {
      String source = (reply ? flow.destination() : flow.source()).toString();
      String destination = (reply ? flow.source() : flow.destination()).toString();
      Hook hook = isOwn(source) ? Hook.OUTPUT : isOwn(destination) ? Hook.INPUT : Hook.FORWARD;
      String in = hook == Hook.OUTPUT ? "" : device(source);
      String out = hook == Hook.INPUT ? "" : device(destination);
      Situation of = Situation.of(hook, in, out, kind, reply, 0);
      return flags < 0 ? of : of.flagged(flags);
    }

    private boolean goes(String sort, Situation situation, Datagram packet) throws Exception {
      int sourcePort = flow.protocol().hasPorts() ? sourcePort(packet, situation.reply()) : 0;
      UserSet users =
          situation.hook() == Hook.OUTPUT && !situation.reply()
              ? new UserSet(List.of(new UserSet.Range(user, user)))
              : UserSet.ALL;
      Known known = bounds.of(situation, flow, sourcePort, users);
      boolean passed = passes(packet);
      counts.computeIfAbsent(known.name(), k -> new long[2])[passed ? 0 : 1]++;
      sorts.computeIfAbsent(sort, k -> new long[2])[passed ? 0 : 1]++;
      if (known == Known.SURELY && !passed || known == Known.NEVER && passed) {
        List<String> trace = bounds.trace(situation, flow, sourcePort, users);
        disagreement =
            disagreement.or(
                () ->
                    Optional.of(
                        flow
                            + " "
                            + sort
                            + " (user "
                            + user
                            + "): "
                            + known.text()
                            + ", and "
                            + (passed ? "passed" : "was dropped")
                            + "; read as "
                            + trace));
      }
      return passed;
    }

    private static int sourcePort(Datagram packet, boolean reply) {
      int at = reply ? 2 : 0;
      return (packet.body()[at] & 255) << 8 | packet.body()[at + 1] & 255;
    }

    private boolean passes(Datagram packet) throws Exception {
      String source = packet.source().toString();
      String destination = packet.destination().toString();
      Family family = packet.source().family();
      if (isOwn(destination)) {
        machine.listener(family, packet.protocol());
      }
      if (isOwn(source)) {
        machine.sends(packet.bytes(), packet.destination(), user);
      } else {
        machine.enters(device(source), packet.bytes());
      }
      List<Machine.Arrival> arrivals =
          isOwn(destination) ? machine.deliveries(family, packet.protocol()) : machine.departures();
      long sent = Machine.cookie(packet.bytes());
      return arrivals.stream().anyMatch(a -> Machine.cookie(a.packet()) == sent);
    }
  }
}
