package io.ringfence.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.agent.Agent;
import io.ringfence.agent.GenerationStore;
import io.ringfence.agent.Keeper;
import io.ringfence.agent.KernelTable;
import io.ringfence.agent.Watchdog;
import io.ringfence.cli.compile.CompiledState;
import io.ringfence.decision.Conditions;
import io.ringfence.lab.Lab;
import io.ringfence.lab.LabOptions;
import io.ringfence.lab.NameSource;
import io.ringfence.lab.Progress;
import io.ringfence.language.BlueprintLoader;
import io.ringfence.language.Loaded;
import io.ringfence.language.SourceFile;
import io.ringfence.model.Address;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.targets.nftables.Placement;
import io.ringfence.verifier.projection.NetworkProjection;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/**
 * A name in an egress rule admits what the resolver answered, where it answered, as long as it
 * said.
 */
@Tag("kernel")
class NamesTest {
  private static final String NAME = "backup.example.com";
  private static final String WORKER = "worker@10.62.1.10";
  private static final int CONNECT_MILLIS = 700;
  private static final Duration TTL = Duration.ofSeconds(6);

  @TempDir Path folder;

  private static Blueprint blueprint() {
    String text =
        """
        ringfence: v1
        name: names
        segments:
          inside: { tier: application, networks: [10.62.1.0/24] }
          support: { tier: management, networks: [10.62.2.0/24] }
        workloads:
          worker: { segment: inside, addresses: [10.62.1.10] }
          dns: { segment: support, addresses: [10.62.2.53], services: { dns: [53/udp, 53/tcp] } }
        resolvers: [dns]
        egress:
          - { name: backups, from: worker, to: { fqdn: backup.example.com, ports: [443/tcp] } }
        """;
    Loaded loaded =
        new BlueprintLoader(new Conditions()).load(List.of(new SourceFile("names.yaml", text)));
    return loaded.blueprint().orElseThrow(() -> new AssertionError(loaded.problems().toString()));
  }

  @Test
  void aNameAdmitsWhatTheResolverAnsweredForAsLongAsItSaid() throws Exception {
    Blueprint blueprint = blueprint();
    NetworkProjection projection = new NetworkProjection(new Directory(blueprint));
    LabOptions options =
        new LabOptions("names").withStateDirectory(folder.resolve("lab")).withNameTtl(TTL);
    List<String> log = new CopyOnWriteArrayList<>();
    try (Lab lab = Lab.up(blueprint, options, Progress.NONE)) {
      Map<String, CompiledState> states = states(projection);
      Map<String, String> artifacts = new TreeMap<>();
      states.forEach((name, state) -> artifacts.put(name, state.artifact(1)));
      lab.enforce(artifacts, NameSource.NONE, Progress.NONE);
      List<Keeper> keepers = new ArrayList<>();
      try {
        for (Map.Entry<String, CompiledState> each : states.entrySet()) {
          keepers.add(
              Keeper.open(
                  agent(lab, each.getKey()),
                  lab.namespace(each.getKey()),
                  each.getValue(),
                  log::add));
        }
        Address outside = lab.names().get(NAME).getFirst();
        assertFalse(connects(lab, outside, 443), "before anybody has asked");
        assertEquals(Optional.of(outside), ask(lab), "the resolver answers");
        assertTrue(awaitConnects(lab, outside), "what it answered is open: " + log);
        assertFalse(connects(lab, outside, 80), "at the rule's port only");
        Address other = lab.internet().stream().filter(a -> !a.equals(outside)).findFirst().get();
        assertFalse(connects(lab, other, 443), "what it did not answer is not");
        awaitEmpty(lab, states);
        assertFalse(connects(lab, outside, 443), "after the answer's time is up");
      } finally {
        keepers.forEach(Keeper::close);
      }
    }
  }

  private static Map<String, CompiledState> states(NetworkProjection projection) {
    Map<String, CompiledState> out = new TreeMap<>();
    Placement.all(projection.topology())
        .forEach(p -> out.put(p.name(), new CompiledState(Map.of(), projection, p)));
    return out;
  }

  private Agent agent(Lab lab, String placement) {
    return new Agent(
        new GenerationStore(folder.resolve(placement)),
        lab.namespace(placement),
        new Watchdog.Processes(Optional.empty()),
        Clock.systemUTC());
  }

  private static boolean connects(Lab lab, Address to, int port) throws Exception {
    return lab.namespace(WORKER)
        .call(
            () -> {
              try (Socket socket = new Socket()) {
                InetAddress address = InetAddress.getByAddress(to.bytes());
                socket.connect(new InetSocketAddress(address, port), CONNECT_MILLIS);
                return true;
              } catch (IOException e) {
                return e.getMessage().contains("refused");
              }
            });
  }

  private static boolean awaitConnects(Lab lab, Address to) throws Exception {
    Instant end = Instant.now().plusSeconds(4);
    while (Instant.now().isBefore(end)) {
      if (connects(lab, to, 443)) {
        return true;
      }
    }
    return false;
  }

  private static Optional<Address> ask(Lab lab) throws Exception {
    return lab.namespace(WORKER)
        .call(
            () -> {
              Record question = Record.newRecord(Name.fromString(NAME + "."), Type.A, DClass.IN);
              try (DatagramSocket socket = new DatagramSocket()) {
                socket.setSoTimeout(2000);
                socket.connect(InetAddress.ofLiteral("10.62.2.53"), 53);
                byte[] wire = Message.newQuery(question).toWire();
                socket.send(new DatagramPacket(wire, wire.length));
                DatagramPacket answer = new DatagramPacket(new byte[1500], 1500);
                socket.receive(answer);
                Message message =
                    new Message(java.util.Arrays.copyOf(answer.getData(), answer.getLength()));
                return message.getSection(org.xbill.DNS.Section.ANSWER).stream()
                    .map(r -> Address.parse(r.rdataToString()))
                    .findFirst();
              }
            });
  }

  /** Until an answer's time is up. */
  private static void awaitEmpty(Lab lab, Map<String, CompiledState> states) throws Exception {
    Instant end = Instant.now().plus(TTL).plus(Duration.ofSeconds(30));
    for (String placement : states.keySet()) {
      KernelTable table = new KernelTable(lab.namespace(placement));
      while (!table.entries().isEmpty() && Instant.now().isBefore(end)) {
        Thread.sleep(200); // bounded: the kernel's own timeout is what is tested
      }
      assertEquals(List.of(), table.entries(), placement);
    }
  }
}
