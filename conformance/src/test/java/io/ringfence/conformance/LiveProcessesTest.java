package io.ringfence.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.agent.Agent;
import io.ringfence.agent.GenerationStore;
import io.ringfence.agent.Watchdog;
import io.ringfence.agent.kernel.LibNftables;
import io.ringfence.agent.kernel.SocketOwner;
import io.ringfence.cli.compile.CompiledState;
import io.ringfence.decision.Authorizer;
import io.ringfence.decision.Conditions;
import io.ringfence.lab.Lab;
import io.ringfence.lab.LabOptions;
import io.ringfence.lab.ProbeReport;
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
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of live connections of processes that share an address, on a real kernel. */
@Tag("kernel")
class LiveProcessesTest {
  private static final String CALL =
      "{ name: call, from: api, to: { workload: server, ports: [8080/tcp] } }";
  private static final String CALL_TOO =
      "{ name: too, from: db, to: { workload: server, ports: [8080/tcp] } }";
  private static final String ASK = "{ name: ask, from: api, to: db/rest }";
  private static final long API = 991;
  private static final long DB = 992;
  private static final String BOX = "10.62.1.10";
  private static final String SERVER = "10.62.2.10";
  private static final int ANSWER_MILLIS = 700;

  @TempDir Path folder;
  private Lab lab;
  private final List<AutoCloseable> open = new ArrayList<>();

  private static final Watchdog.Starter NO_WATCHDOG =
      new Watchdog.Starter() {
        @Override
        public long start(Path store, int generation, Instant deadline) {
          return 0;
        }

        @Override
        public void stop(long pid) {}
      };

  private static Blueprint blueprint(String... rules) {
    String text =
        """
        ringfence: v1
        name: live-processes
        segments:
          left: { tier: application, networks: [10.62.1.0/24] }
          right: { tier: database, networks: [10.62.2.0/24] }
        workloads:
          api: { segment: left, addresses: 10.62.1.10, host: box, user: 991, services: { http: 8081/tcp } }
          db: { segment: left, addresses: 10.62.1.10, host: box, user: 992, services: { rest: 6333/tcp } }
          server: { segment: right, addresses: 10.62.2.10 }
        access:
          - %s
        """
            .formatted(String.join("\n  - ", rules));
    Loaded loaded =
        new BlueprintLoader(new Conditions()).load(List.of(new SourceFile("live.yaml", text)));
    return loaded.blueprint().orElseThrow(() -> new AssertionError(loaded.problems().toString()));
  }

  @BeforeEach
  void up() {
    LabOptions options =
        new LabOptions("liveproc")
            .withStateDirectory(folder.resolve("lab"))
            .withSilent(Set.of("server", "api", "db"));
    lab = Lab.up(blueprint(CALL, ASK), options, Progress.NONE);
  }

  @AfterEach
  void down() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
    lab.close();
  }

  private void apply(Blueprint blueprint) {
    apply(blueprint, p -> true);
  }

  private void apply(Blueprint blueprint, Predicate<Placement> where) {
    NetworkProjection projection = new NetworkProjection(new Directory(blueprint));
    for (Placement placement :
        Placement.all(projection.topology()).stream().filter(where).toList()) {
      Agent agent = agent(placement.name());
      CompiledState state = new CompiledState(Map.of(), projection, placement);
      agent.apply(state, Duration.ofMinutes(5), true);
      agent.confirm();
    }
  }

  private Agent agent(String machine) {
    return new Agent(
        new GenerationStore(folder.resolve("state").resolve(machine)),
        lab.namespace(machine),
        NO_WATCHDOG,
        Clock.systemUTC());
  }

  private record Connection(Socket client, Socket server) {
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

  private ServerSocketChannel listen(String host, long user, String address, int port)
      throws Exception {
    ServerSocketChannel listener =
        lab.namespace(host)
            .call(
                () ->
                    SocketOwner.call(
                        OptionalLong.of(user),
                        () -> {
                          ServerSocketChannel channel = ServerSocketChannel.open();
                          return channel.bind(new InetSocketAddress(address, port));
                        }));
    open.add(listener);
    return listener;
  }

  private Connection connect(long user, ServerSocketChannel listener, String address)
      throws Exception {
    int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
    SocketChannel client =
        lab.namespace("box")
            .call(
                () ->
                    SocketOwner.call(
                        OptionalLong.of(user),
                        () -> {
                          SocketChannel channel = SocketChannel.open();
                          open.add(channel);
                          channel
                              .socket()
                              .connect(new InetSocketAddress(address, port), ANSWER_MILLIS);
                          return channel;
                        }));
    SocketChannel server = listener.accept();
    open.add(server);
    return new Connection(client.socket(), server.socket());
  }

  private ServerSocketChannel server() throws Exception {
    return listen("server@" + SERVER, 0, SERVER, 8080);
  }

  @Test
  void anIdlePermittedConnectionIsHeardAfterEachGeneration() throws Exception {
    ServerSocketChannel server = server();
    apply(blueprint(CALL, ASK));
    Connection before = connect(API, server, SERVER);
    assertTrue(before.toServer("a"));
    for (int generation = 2; generation < 4; generation++) {
      apply(blueprint(CALL, ASK));
      assertTrue(before.toClient("s"), "the server speaks first after generation " + generation);
      assertTrue(before.toServer("c"));
    }
  }

  @Test
  void aNeighboursConnectionEndsThoughItsAddressAndPortsArePermitted() throws Exception {
    ServerSocketChannel server = server();
    apply(blueprint(CALL, CALL_TOO));
    Connection kept = connect(API, server, SERVER);
    Connection doomed = connect(DB, server, SERVER);
    assertTrue(kept.toServer("a") && doomed.toServer("a"));
    apply(blueprint(CALL));
    assertFalse(doomed.toClient("s"), "nor is it heard by its former mark");
    assertFalse(doomed.toServer("c"));
    assertTrue(kept.toClient("s"));
    assertTrue(kept.toServer("c"));
  }

  @Test
  void aConnectionIsHeardAfterARollbackToWhatPermitsIt() throws Exception {
    ServerSocketChannel server = server();
    apply(blueprint(CALL));
    apply(blueprint(CALL, CALL_TOO));
    Connection kept = connect(API, server, SERVER);
    Connection doomed = connect(DB, server, SERVER);
    assertTrue(kept.toServer("a") && doomed.toServer("a"));
    assertEquals(OptionalInt.of(1), agent("box").rollback(OptionalInt.empty()));
    assertTrue(kept.toClient("s"), "the server speaks first");
    assertFalse(doomed.toClient("s"));
    assertFalse(doomed.toServer("c"));
    assertTrue(kept.toServer("c"));
  }

  @Test
  void whatWasOpenedWhileTheTableWasGoneIsJudgedByRepairAndAtBoot() throws Exception {
    ServerSocketChannel server = server();
    apply(blueprint(CALL));
    List<Runnable> putBack = List.of(agent("box")::repair, agent("box")::loadConfirmed);
    for (Runnable back : putBack) {
      lab.namespace("box").call(() -> deleteTable());
      Connection kept = connect(API, server, SERVER);
      Connection doomed = connect(DB, server, SERVER);
      assertTrue(kept.toServer("a") && doomed.toServer("a"));
      back.run();
      assertTrue(kept.toClient("s"), "the server speaks first");
      assertFalse(doomed.toClient("s"));
      assertFalse(doomed.toServer("c"));
    }
  }

  private static String deleteTable() throws Exception {
    try (LibNftables nft = LibNftables.open()) {
      return nft.run("delete table inet ringfence");
    }
  }

  @Test
  void theFirstApplyTellsNeighboursApart() throws Exception {
    ServerSocketChannel server = server();
    Connection kept = connect(API, server, SERVER);
    Connection doomed = connect(DB, server, SERVER);
    assertTrue(kept.toServer("a") && doomed.toServer("a"));
    // Routers know of no connection on which nobody has spoken while they watched.
    apply(blueprint(CALL), p -> p.name().equals("box"));
    assertTrue(kept.toClient("s"));
    assertFalse(doomed.toClient("s"));
    assertFalse(doomed.toServer("c"));
  }

  @Test
  void overLoopbackTooARuleIsNeeded() throws Exception {
    for (String address : List.of(BOX, "127.0.0.1")) {
      apply(blueprint(ASK));
      ServerSocketChannel db = listen("box", DB, address, 6333);
      Connection live = connect(API, db, address);
      assertTrue(live.toServer("a"));
      apply(blueprint(ASK));
      assertTrue(live.toClient("s"), address);
      assertTrue(live.toServer("c"), address);
      assertTrue(connect(API, db, address).toServer("n"), address);
      assertTrue(connect(DB, db, address).toServer("i"), "itself, by " + address);
      assertThrows(SocketTimeoutException.class, () -> connect(77, db, address));
      ServerSocketChannel other = listen("box", 0, address, 7777);
      assertThrows(SocketTimeoutException.class, () -> connect(API, other, address));
      assertTrue(connect(77, other, address).toServer("o"), "neither is a process's");
      apply(blueprint(CALL));
      assertFalse(live.toClient("s"), address);
      assertFalse(live.toServer("c"), address);
    }
  }

  @Test
  void theLabProbesEachUser() {
    Blueprint blueprint = blueprint(CALL, ASK);
    apply(blueprint);
    ProbeReport report = lab.probe(new Authorizer(new Directory(blueprint))::decide, Progress.NONE);
    assertEquals(List.of(), report.disagreements());
    assertTrue(report.permitted() >= 2, report::toString);
  }
}
