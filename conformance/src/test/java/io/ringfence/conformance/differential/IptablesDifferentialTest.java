package io.ringfence.conformance.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.agent.kernel.LibNftables;
import io.ringfence.model.Address;
import io.ringfence.model.Family;
import io.ringfence.model.Flow;
import io.ringfence.model.Prefix;
import io.ringfence.model.Protocol;
import io.ringfence.targets.iptables.Imported;
import io.ringfence.targets.iptables.IptablesReader;
import io.ringfence.targets.iptables.SaveFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What iptables makes of a text, against what nftables makes of our reading of it: two machines,
 * the same packets, one of them ruled by {@code iptables-restore}.
 */
@Tag("kernel")
class IptablesDifferentialTest {
  private static final long SEED = 11;
  private static final int RULESETS = 30;
  private static final int FLOWS = 30;

  private static String restore = "";

  @BeforeAll
  static void requireKernel() {
    LibNftables.unavailable().ifPresent(IptablesDifferentialTest::skip);
    if (!Files.exists(Path.of("/dev/net/tun"))) {
      skip("there is no /dev/net/tun");
    }
    for (String variant : List.of("-legacy-restore", "-nft-restore")) {
      if (restore.isEmpty() && works(variant)) {
        restore = variant;
      }
    }
    if (restore.isEmpty()) {
      skip("no iptables-restore works here: install iptables (on Debian the package `iptables`)");
    }
    System.out.println("iptables" + restore + " is what our reading is compared with");
  }

  private static boolean works(String variant) {
    try (Machine machine = machine(Family.IPV4)) {
      return restored(machine, "iptables" + variant, "*filter\nCOMMIT\n").isEmpty();
    } catch (Exception e) {
      return false; // not installed, or its modules are not there
    }
  }

  private static void skip(String reason) {
    System.out.println("skipped: " + reason);
    assumeTrue(false, reason);
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void bothLetTheSamePass(Family family) throws Exception {
    long seed = SEED + family.ordinal();
    SaveGenerator generator = new SaveGenerator(seed, family);
    Random random = new Random(seed);
    long passed = 0;
    long dropped = 0;
    for (int i = 0; i < RULESETS; i++) {
      String text = generator.next();
      try (Machine theirs = machine(family);
          Machine ours = machine(family)) {
        String command = (family == Family.IPV4 ? "iptables" : "ip6tables") + restore;
        assertEquals("", restored(theirs, command, text), text);
        ours.nft(ruleset(family, text));
        for (int j = 0; j < FLOWS; j++) {
          Flow flow = flow(family, random);
          int port = random.nextInt(1024, 5000);
          for (Datagram packet : packets(flow, port)) {
            boolean expected = passes(theirs, flow, packet);
            assertEquals(expected, passes(ours, flow, packet), () -> flow + "\n" + text);
            passed += expected ? 1 : 0;
            dropped += expected ? 0 : 1;
          }
        }
      }
    }
    System.out.printf(
        "iptables against our reading, %s: %d rulesets, %d packets passed, %d were dropped, seed"
            + " %d%n",
        family, RULESETS, passed, dropped, seed);
    assertTrue(passed > 300 && dropped > 300, passed + " passed, " + dropped + " dropped");
  }

  private static Machine machine(Family family) throws Exception {
    boolean v4 = family == Family.IPV4;
    return new Machine(
        List.of("eth0", "eth1"),
        List.of(Address.parse(v4 ? "10.0.1.1" : "fd00:1::1")),
        List.of(
            new Machine.Route(Prefix.parse(v4 ? "10.0.1.0/24" : "fd00:1::/64"), "eth0"),
            new Machine.Route(Prefix.parse(v4 ? "10.0.2.0/24" : "fd00:2::/64"), "eth1")));
  }

  private static String ruleset(Family family, String text) {
    Imported read = IptablesReader.read(List.of(new SaveFile("rules", text, family)));
    assertEquals(List.of(), read.problems());
    JsonNode out = read.ruleset().orElseThrow();
    assertEquals(List.of(), out.findValues("xt"), text);
    out.findParents("place").forEach(r -> ((ObjectNode) r).remove("place"));
    return out.toString();
  }

  /** What the command says against a text; nothing when it took it. */
  private static String restored(Machine machine, String command, String text) throws Exception {
    return machine.call(
        () -> {
          Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
          try (var in = process.outputWriter(StandardCharsets.UTF_8)) {
            in.write(text);
          }
          String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
          return process.waitFor() == 0 ? "" : command + ": " + said;
        });
  }

  // --- Packets ---

  private static Flow flow(Family family, Random random) {
    boolean v4 = family == Family.IPV4;
    List<String> hosts =
        v4
            ? List.of("10.0.1.1", "10.0.1.9", "10.0.2.9", "10.0.1.7", "10.0.2.8", "10.0.2.10")
            : List.of("fd00:1::1", "fd00:1::9", "fd00:2::9", "fd00:1::7", "fd00:2::8", "fd00:2::a");
    String from = hosts.get(random.nextInt(hosts.size()));
    String to = hosts.get(random.nextInt(hosts.size()));
    if (from.equals(to) || segment(from).equals(segment(to)) && !isOwn(from) && !isOwn(to)) {
      return flow(family, random);
    }
    Protocol icmp = v4 ? Protocol.ICMP : Protocol.ICMPV6;
    Protocol protocol =
        List.of(Protocol.TCP, Protocol.UDP, icmp, Protocol.SCTP).get(random.nextInt(4));
    int port =
        protocol.isIcmp()
            ? (v4 ? 8 : 128) << 8
            : List.of(22, 53, 80, 81, 60, 2000, 65_535).get(random.nextInt(7));
    return new Flow(Address.parse(from), Address.parse(to), protocol, port);
  }

  private static String segment(String address) {
    return address.startsWith("10.0.1.") || address.startsWith("fd00:1::") ? "eth0" : "eth1";
  }

  private static boolean isOwn(String address) {
    return address.equals("10.0.1.1") || address.equals("fd00:1::1");
  }

  private static List<Datagram> packets(Flow flow, int port) {
    List<Datagram> out = new ArrayList<>();
    out.add(Datagram.opening(flow, port, 101));
    out.add(Datagram.reply(flow, port, 102));
    out.add(Datagram.forward(flow, port, Datagram.ACK, 103));
    out.add(Datagram.forward(flow, port + 1, Datagram.FIN | Datagram.ACK, 104));
    return out;
  }

  private static boolean passes(Machine machine, Flow flow, Datagram packet) throws Exception {
    String source = packet.source().toString();
    String destination = packet.destination().toString();
    if (isOwn(destination)) {
      machine.listener(packet.source().family(), packet.protocol());
    }
    if (isOwn(source)) {
      machine.sends(packet.bytes(), packet.destination(), flow.port() % 2 == 0 ? 0 : 1000);
    } else {
      machine.enters(segment(source), packet.bytes());
    }
    List<Machine.Arrival> arrivals =
        isOwn(destination)
            ? machine.deliveries(packet.source().family(), packet.protocol())
            : machine.departures();
    long cookie = Machine.cookie(packet.bytes());
    return arrivals.stream().anyMatch(a -> Machine.cookie(a.packet()) == cookie);
  }
}
