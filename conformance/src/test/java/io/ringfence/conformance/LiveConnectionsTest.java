package io.ringfence.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.agent.Agent;
import io.ringfence.agent.GenerationStore;
import io.ringfence.agent.Watchdog;
import io.ringfence.cli.compile.CompiledState;
import io.ringfence.decision.Conditions;
import io.ringfence.lab.Lab;
import io.ringfence.lab.LabOptions;
import io.ringfence.lab.Progress;
import io.ringfence.language.BlueprintLoader;
import io.ringfence.language.Loaded;
import io.ringfence.language.SourceFile;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.targets.nftables.Placement;
import io.ringfence.verifier.projection.NetworkProjection;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of live connections when policies come and go, on real kernels along the way. */
@Tag("kernel")
class LiveConnectionsTest {
  private static final String CALL =
      "{ name: call, from: client, to: { workload: server, ports: [8080/tcp] } }";
  private static final String CALL_BACK =
      "{ name: back, from: server, to: { workload: client, ports: [1-65535/tcp] } }";
  private static final int ANSWER_MILLIS = 1500;

  @TempDir Path folder;
  private Lab lab;
  private final List<AutoCloseable> open = new ArrayList<>();

  /** Watchdogs that never bite: what happens in time is AgentTest's business. */
  private static final Watchdog.Starter NO_WATCHDOG =
      new Watchdog.Starter() {
        @Override
        public long start(Path store, int generation, Instant deadline) {
          return 0;
        }

        @Override
        public void stop(long pid) {}
      };

  private static Blueprint blueprint(String mode, String... rules) {
    String text =
        """
        ringfence: v1
        name: live
        segments:
          left: { tier: application, networks: [10.61.1.0/24, "fd00:61:1::/64"], mode: %s }
          right: { tier: database, networks: [10.61.2.0/24, "fd00:61:2::/64"], mode: %s }
        workloads:
          client: { segment: left, addresses: [10.61.1.10] }
          server: { segment: right, addresses: [10.61.2.10] }
        access:
          - %s
        """
            .formatted(mode, mode, String.join("\n  - ", rules));
    Loaded loaded =
        new BlueprintLoader(new Conditions()).load(List.of(new SourceFile("live.yaml", text)));
    return loaded.blueprint().orElseThrow(() -> new AssertionError(loaded.problems().toString()));
  }

  @BeforeEach
  void up() {
    LabOptions options =
        new LabOptions("live")
            .withStateDirectory(folder.resolve("lab"))
            .withSilent(Set.of("server"));
    lab = Lab.up(blueprint("enforce", CALL), options, Progress.NONE);
  }

  @AfterEach
  void down() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
    lab.close();
  }

  /** Applies at both hosts and both routers, and confirms. */
  private int apply(Blueprint blueprint) {
    NetworkProjection projection = new NetworkProjection(new Directory(blueprint));
    int takenOver = 0;
    for (Placement placement : Placement.all(projection.topology())) {
      Agent agent =
          new Agent(
              new GenerationStore(folder.resolve("state").resolve(placement.name())),
              lab.namespace(placement.name()),
              NO_WATCHDOG,
              Clock.systemUTC());
      CompiledState state = new CompiledState(Map.of(), projection, placement);
      takenOver += agent.apply(state, Duration.ofMinutes(5), false).takenOver();
      agent.confirm();
    }
    return takenOver;
  }

  private record Connection(Socket client, Socket server) {
    /** Whether what the client says comes to the server. */
    boolean toServer(String word) throws IOException {
      return passes(client, server, word);
    }

    boolean toClient(String word) throws IOException {
      return passes(server, client, word);
    }

    private static boolean passes(Socket from, Socket to, String word) throws IOException {
      from.getOutputStream().write(word.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      to.setSoTimeout(ANSWER_MILLIS);
      try {
        byte[] heard = to.getInputStream().readNBytes(word.length());
        return new String(heard, java.nio.charset.StandardCharsets.US_ASCII).equals(word);
      } catch (SocketTimeoutException e) {
        return false;
      }
    }
  }

  private Connection connect(String from, String to, String address, int port) throws Exception {
    ServerSocketChannel listener =
        lab.namespace(to)
            .call(
                () -> {
                  ServerSocketChannel channel = ServerSocketChannel.open();
                  return channel.bind(new InetSocketAddress(address, port));
                });
    open.add(listener);
    SocketChannel client =
        lab.namespace(from)
            .call(
                () -> {
                  SocketChannel channel = SocketChannel.open();
                  channel.socket().connect(new InetSocketAddress(address, port), ANSWER_MILLIS);
                  return channel;
                });
    open.add(client);
    SocketChannel server = listener.accept();
    open.add(server);
    return new Connection(client.socket(), server.socket());
  }

  private Connection call() throws Exception {
    return connect("client@10.61.1.10", "server@10.61.2.10", "10.61.2.10", 8080);
  }

  @Test
  void theFirstApplyCutsNoPermittedConnection() throws Exception {
    Connection idle = call();
    assertTrue(idle.toServer("a"));
    int takenOver = apply(blueprint("enforce", CALL));
    assertEquals(2, takenOver, "both hosts know it, in its true direction");
    assertTrue(idle.toServer("b"), "its client goes on");
    assertTrue(idle.toClient("c"), "its server goes on");
    assertTrue(again().toServer("d"), "and a new one opens");
  }

  private Connection again() throws Exception {
    ServerSocketChannel listener = (ServerSocketChannel) open.getFirst();
    SocketChannel client =
        lab.namespace("client@10.61.1.10")
            .call(
                () -> {
                  SocketChannel channel = SocketChannel.open();
                  channel.socket().connect(listener.getLocalAddress(), ANSWER_MILLIS);
                  return channel;
                });
    open.add(client);
    SocketChannel server = listener.accept();
    open.add(server);
    return new Connection(client.socket(), server.socket());
  }

  @Test
  void aServerThatSpeaksFirstAfterTheFirstApplyIsHeard() throws Exception {
    Connection talking = call();
    Thread chatter =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    while (!Thread.currentThread().isInterrupted()) {
                      talking.toServer(".");
                      Thread.sleep(100); // so that routers see it while they watch
                    }
                  } catch (IOException | InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    apply(blueprint("enforce", CALL));
    chatter.interrupt();
    chatter.join();
    assertTrue(talking.toClient("s"));
  }

  @Test
  void theFirstApplyEndsWhatIsNotPermitted() throws Exception {
    Connection doomed = connect("client@10.61.1.10", "server@10.61.2.10", "10.61.2.10", 9999);
    assertTrue(doomed.toServer("a"));
    apply(blueprint("enforce", CALL));
    assertFalse(doomed.toServer("b"));
    assertFalse(doomed.toClient("c"));
  }

  @Test
  void aConnectionLivesThroughGenerationsThatPermitIt() throws Exception {
    apply(blueprint("enforce", CALL));
    Connection live = call();
    for (int generation = 2; generation < 5; generation++) {
      apply(blueprint("enforce", CALL, CALL_BACK));
      assertTrue(live.toClient("s"), "the server speaks first after generation " + generation);
      assertTrue(live.toServer("c"));
    }
  }

  @Test
  void tighteningEndsAConnectionAlsoWhereAReverseRuleCoversItsPorts() throws Exception {
    apply(blueprint("enforce", CALL));
    Connection doomed = call();
    assertTrue(doomed.toServer("a"));
    apply(blueprint("enforce", CALL_BACK));
    assertFalse(doomed.toClient("s"), "the server's packets would fit the reverse rule");
    assertFalse(doomed.toServer("c"));
    assertFalse(doomed.toClient("t"), "nor does the other side pick it up again");
    Connection back = connect("server@10.61.2.10", "client@10.61.1.10", "10.61.1.10", 7000);
    assertTrue(back.toServer("x"), "what the reverse rule permits opens");
  }

  @Test
  void observingLetsPassWhatIsDenied() throws Exception {
    apply(blueprint("observe", CALL_BACK));
    Connection observed = call();
    assertTrue(observed.toServer("a"));
    assertTrue(observed.toClient("b"));
    apply(blueprint("enforce", CALL_BACK));
    assertFalse(observed.toServer("c"), "until it is enforced");
  }
}
