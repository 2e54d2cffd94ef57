package io.ringfence.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.agent.kernel.LibNftables;
import io.ringfence.lab.AttackReport.Channel;
import io.ringfence.lab.AttackReport.Forgery;
import io.ringfence.model.Address;
import io.ringfence.model.Flow;
import io.ringfence.model.Prefix;
import io.ringfence.model.Protocol;
import io.ringfence.model.SourceLocation;
import io.ringfence.model.Verdict;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("kernel")
class LabTest {
  private static final Prefix DATA = Prefix.parse("10.30.2.0/28");

  /** Of this process alone: the same tests may run twice on one machine. */
  private static final String ID = Long.toString(ProcessHandle.current().pid(), 36);

  private static final LabOptions OPTIONS = new LabOptions(ID);

  @TempDir private static Path state;
  private static Lab lab;

  @BeforeAll
  static void up() {
    Lab.unavailable().ifPresent(why -> System.out.println("LabTest is skipped: " + why));
    Assumptions.assumeTrue(Lab.unavailable().isEmpty());
    lab = Lab.up(ThreeTiers.blueprint(), options(""), Progress.NONE);
  }

  @AfterAll
  static void down() {
    if (lab != null) {
      lab.close();
      assertEquals(Set.of(), namespaces(OPTIONS));
    }
  }

  @AfterEach
  void release() {
    lab.release();
  }

  private static LabOptions options(String suffix) {
    return new LabOptions(ID + suffix).withStateDirectory(state);
  }

  private static Set<String> namespaces(LabOptions options) {
    return new LabRemoval(options).namespaces();
  }

  private static Verdict verdict(boolean permitted) {
    return permitted
        ? Verdict.permit("test", SourceLocation.BUILT_IN, List.of())
        : Verdict.deny("test", Optional.empty(), List.of());
  }

  private static Call.Answer dial(String from, Call call) {
    LabNode node = plan().node(from).orElseThrow();
    try (Namespaces namespaces = new Namespaces(OPTIONS.prefix())) {
      Calls calls = new Calls(namespaces, Pace.within(Duration.ofMinutes(1)));
      return calls.dial(node, List.of(call), Duration.ofSeconds(2)).getFirst();
    }
  }

  private static LabPlan plan() {
    return LabPlan.of(ThreeTiers.blueprint(), OPTIONS);
  }

  private static Call call(String from, String to, int port) {
    LabGuard.Inside inside = new LabGuard(plan()).admit(Address.parse(to));
    return Call.listen(Address.parse(from), inside, port);
  }

  private static String banner(String from, String source, String to, int port) {
    return new String(dial(from, call(source, to, port)).heard(), StandardCharsets.UTF_8);
  }

  @Test
  void beforeEnforcementEverythingReachesEverythingThatACableLeadsTo() {
    ProbeReport report = lab.probe(f -> verdict(true), Progress.NONE);
    assertEquals(List.of(), texts(report));
    assertTrue(report.flows() > 1000, "only " + report.flows() + " flows");
    assertTrue(report.unconnected() > 0, "the vault has no cable");
    assertEquals(report.permitted(), report.reached());
    assertEquals(report.unconnected(), report.blocked());
  }

  private static List<String> texts(ProbeReport report) {
    return report.disagreements().stream().map(ProbeReport.Disagreement::text).limit(20).toList();
  }

  @Test
  void bothFamiliesAndEchoRequestsAreProbed() {
    Set<String> kinds = Collections.synchronizedSet(new TreeSet<>());
    lab.probe(
        f -> {
          kinds.add(f.source().family() + " " + f.protocol());
          return verdict(true);
        },
        Progress.NONE);
    assertEquals(
        Set.of("IPV4 icmp", "IPV4 tcp", "IPV4 udp", "IPV6 icmpv6", "IPV6 tcp", "IPV6 udp"), kinds);
  }

  @Test
  void aProbeSeesWhatARulesetBlocks() {
    lab.enforce(Map.of("data", dropAllForwarded()), Progress.NONE);
    ProbeReport report = lab.probe(f -> verdict(!crossesIntoData(f)), Progress.NONE);
    assertEquals(List.of(), texts(report));
    assertTrue(report.denied() > 100, "only " + report.denied() + " denied");
  }

  @Test
  void aProbeReportsWhatTheModelDoesNotExpect() {
    lab.enforce(Map.of("data", dropAllForwarded()), Progress.NONE);
    Flow blocked = flow("10.30.1.10", "10.30.2.11", 5432);
    Flow open = flow("10.30.0.10", "10.30.1.10", 8080);
    ProbeReport report =
        lab.probe(
            f -> verdict(f.equals(blocked) || (!f.equals(open) && !crossesIntoData(f))),
            Progress.NONE);
    assertEquals(
        Set.of(blocked, open),
        report.disagreements().stream()
            .map(ProbeReport.Disagreement::flow)
            .collect(Collectors.toSet()));
  }

  private static Flow flow(String from, String to, int port) {
    return new Flow(Address.parse(from), Address.parse(to), Protocol.TCP, port);
  }

  private static boolean crossesIntoData(Flow flow) {
    return DATA.contains(flow.source()) != DATA.contains(flow.destination());
  }

  private static String dropAllForwarded() {
    return """
    {"nftables": [
      {"add": {"table": {"family": "inet", "name": "test"}}},
      {"add": {"chain": {"family": "inet", "table": "test", "name": "forward",
        "type": "filter", "hook": "forward", "prio": 0, "policy": "drop"}}}]}
    """;
  }

  @Test
  void aRefusalCountsAsReached() {
    Call.Answer answer = dial("web@10.30.0.10", call("10.30.0.10", "10.30.2.11", 4321));
    assertEquals(Outcome.REFUSED, answer.outcome());
    assertTrue(answer.outcome().reached());
  }

  @Test
  void aListenerSaysWhoItIs() {
    String line = banner("web@10.30.0.10", "10.30.0.10", "10.30.1.10", 8080);
    assertEquals("this is `api` at 10.30.1.10 port 8080/tcp, in a lab\n", line);
  }

  @Test
  void whatStandsInTheGatewaysPlaceLeadsNowhere() {
    String line = banner("api@10.30.1.10", "10.30.1.10", "10.30.2.5", 5432);
    assertEquals("this is `guard` at 10.30.2.5 port 5432/tcp, in a lab\n", line);
  }

  @Test
  void setsOfNamesAreFilledWithWhatTheResolverAnswers() throws Exception {
    String set = "fqdn4/" + ThreeTiers.NAME;
    String artifact =
        """
        {"nftables": [
          {"add": {"table": {"family": "inet", "name": "test"}}},
          {"add": {"set": {"family": "inet", "table": "test", "name": "%s",
            "type": "ipv4_addr", "flags": ["timeout"]}}}]}
        """
            .formatted(set);
    String expected = lab.names().get(ThreeTiers.NAME).getFirst().toString();
    for (String placement : List.of("store@10.30.2.11", "data")) {
      lab.enforce(Map.of(placement, artifact), Progress.NONE);
      assertTrue(listing(placement).contains(expected), listing(placement));
    }
    lab.release();
    lab.enforce(Map.of("data", artifact), NameSource.NONE, Progress.NONE);
    assertFalse(listing("data").contains(expected));
  }

  private static String listing(String placement) throws Exception {
    return lab.namespace(placement)
        .call(
            () -> {
              try (LibNftables nftables = LibNftables.open(LibNftables.Output.JSON)) {
                return nftables.run("list ruleset");
              }
            });
  }

  @Test
  void anArtifactForNobodyIsRefused() {
    LabUnavailable refusal =
        assertThrows(
            LabUnavailable.class,
            () -> lab.enforce(Map.of("nobody", dropAllForwarded()), Progress.NONE));
    assertEquals("`nobody` is no host or router of the lab", refusal.getMessage());
  }

  @Test
  void anIntruderTakesEverythingWhenNothingIsEnforced() {
    AttackReport report = lab.attack("web", Progress.NONE);
    assertTrue(report.complete());
    assertEquals(Set.of("api", "names", "store"), new TreeSet<>(report.compromised()));
    assertEquals(List.of("store"), List.copyOf(report.throughGateways()));
    for (Channel channel : Set.of(Channel.TCP, Channel.ICMP, Channel.DNS, Channel.RESOLVER)) {
      assertTrue(
          report.leaks().stream().anyMatch(l -> l.channel() == channel), "none by " + channel);
    }
    for (Forgery forgery : report.forgeries()) {
      assertEquals(forgery.sent(), forgery.arrived(), forgery.text());
    }
    assertTrue(lab.asked().stream().anyMatch(n -> n.endsWith(".leak.example")));
  }

  @Test
  void anIntruderGoesHopByHop() {
    lab.enforce(Map.of("data", dropFrom("10.30.0.0/24")), Progress.NONE);
    AttackReport report = lab.attack("web", Progress.NONE);
    AttackReport.Reached store =
        report.reached().stream().filter(r -> r.last().to().equals("store")).findFirst().get();
    assertEquals(2, store.path().size(), store.text());
    assertEquals("web", store.path().getFirst().from());
    assertFalse(report.compromised().contains("archive"), "no cable leads to it");
  }

  private static String dropFrom(String source) {
    Prefix prefix = Prefix.parse(source);
    return """
    {"nftables": [
      {"add": {"table": {"family": "inet", "name": "test"}}},
      {"add": {"chain": {"family": "inet", "table": "test", "name": "forward",
        "type": "filter", "hook": "forward", "prio": 0, "policy": "accept"}}},
      {"add": {"rule": {"family": "inet", "table": "test", "chain": "forward", "expr": [
        {"match": {"op": "==", "left": {"payload": {"protocol": "ip", "field": "saddr"}},
          "right": {"prefix": {"addr": "%s", "len": %s}}}}, {"drop": null}]}}}]}
    """
        .formatted(prefix.network(), prefix.length());
  }

  @Test
  void onlyAWorkloadCanBeBrokenInto() {
    assertThrows(LabUnavailable.class, () -> lab.attack("nobody", Progress.NONE));
  }

  /** INVARIANT (sealed): nothing in the lab reaches the machine that it runs on. */
  @Test
  void noWayLeadsToTheMachinesOwnNetwork() throws Exception {
    List<InetAddress> own = new ArrayList<>();
    for (NetworkInterface device : Collections.list(NetworkInterface.getNetworkInterfaces())) {
      device.inetAddresses().filter(a -> !a.isLinkLocalAddress()).forEach(own::add);
    }
    try (ServerSocket server = new ServerSocket(0)) {
      for (InetAddress address : own) {
        assertTrue(connects(address, server.getLocalPort()), "the test itself: " + address);
        for (LabNode node : plan().nodes()) {
          boolean reached =
              lab.namespace(node.name()).call(() -> connects(address, server.getLocalPort()));
          assertFalse(reached, node.name() + " reaches " + address);
        }
      }
    }
  }

  private static boolean connects(InetAddress address, int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), 100);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** INVARIANT (sealed). */
  @Test
  void aCableToTheMachineIsFound() {
    LabOptions options = options("seal");
    String outside = "rf" + options.id() + "x";
    LabPlan plan = LabPlan.of(ThreeTiers.blueprint(), options);
    try (Lab other = Lab.up(ThreeTiers.blueprint(), options, Progress.NONE);
        Namespaces namespaces = new Namespaces(options.prefix())) {
      LabBuilder builder = new LabBuilder(plan, namespaces, Progress.NONE);
      builder.checkSealed();
      // A stand-in for the machine's own network, so that the machine is left alone.
      IpBatch.run("ip", "netns", "add", outside);
      String namespace = other.namespaceName("web@10.30.0.10");
      IpBatch.runIn(outside, List.of("link add name a type veth peer name b netns " + namespace));
      LabUnavailable found = assertThrows(LabUnavailable.class, builder::checkSealed);
      assertTrue(found.getMessage().contains("[b]"), found.getMessage());
    } finally {
      IpBatch.run("ip", "netns", "delete", outside);
    }
  }

  @Test
  void labsLiveSideBySide() {
    LabOptions options = options("two");
    try (Lab other = Lab.up(ThreeTiers.blueprint(), options, Progress.NONE)) {
      assertEquals(List.of(), texts(other.probe(f -> verdict(true), Progress.NONE)));
      LabUnavailable refusal =
          assertThrows(
              LabUnavailable.class, () -> Lab.up(ThreeTiers.blueprint(), options, Progress.NONE));
      assertEquals(
          "lab `" + ID + "two` is up already, for blueprint `three-tiers`", refusal.getMessage());
    }
    assertEquals(Set.of(), namespaces(options));
    assertFalse(namespaces(OPTIONS).isEmpty(), "the other lab stays");
  }

  @Test
  void aKilledRunIsCleaned() throws Exception {
    LabOptions options = options("kill");
    try {
      killed(options);
      assertFalse(namespaces(options).isEmpty(), "what a killed run leaves");
      assertTrue(Lab.down(options, Progress.NONE));
      assertEquals(Set.of(), namespaces(options));
      assertFalse(Lab.down(options, Progress.NONE), "nothing is left to take down");
      killed(options);
      Lab.up(ThreeTiers.blueprint(), options, Progress.NONE).close();
    } finally {
      Lab.down(options, Progress.NONE);
    }
    assertEquals(Set.of(), namespaces(options));
  }

  private static void killed(LabOptions options) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                TestingVictim.class.getName(),
                options.stateDirectory().toString(),
                options.id())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertEquals("up", process.inputReader().readLine());
    process.destroyForcibly().waitFor();
  }

  @Test
  void withoutAStateFileTheNamesOfTheNamespacesSuffice() {
    LabOptions options = options("scan");
    IpBatch.run("ip", "netns", "add", options.prefix() + "7");
    assertTrue(Lab.down(options, Progress.NONE));
    assertEquals(Set.of(), namespaces(options));
  }

  @Test
  void aLabInTheBackgroundIsFoundAndTakenDown() {
    LabOptions options = options("back");
    try {
      Lab.upInBackground(ThreeTiers.blueprint(), options, Progress.NONE).close();
      try (Lab found = Lab.find(ThreeTiers.blueprint(), options)) {
        assertEquals(List.of(), texts(found.probe(f -> verdict(true), Progress.NONE)));
        assertFalse(found.attack("web", Progress.NONE).leaks().isEmpty());
      }
      LabState.Owner owner = LabState.load(options.folder()).orElseThrow().owner();
      assertTrue(owner.background() && owner.alive().isPresent());
      assertTrue(Lab.down(options, Progress.NONE));
      assertTrue(owner.alive().isEmpty(), "its listeners are gone");
      assertThrows(LabUnavailable.class, () -> Lab.find(ThreeTiers.blueprint(), options));
    } finally {
      Lab.down(options, Progress.NONE);
    }
  }

  @Test
  void progressIsHeard() {
    Set<String> heard = Collections.synchronizedSet(new TreeSet<>());
    lab.probe(f -> verdict(true), (work, done, total) -> heard.add(work));
    assertTrue(heard.contains("calling"), heard.toString());
  }
}
