package io.ringfence.targets.nftables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.verifier.projection.NetworkProjection;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What real connections through a real kernel live to see when policies come and go. */
@Tag("kernel")
class ConnectionsTest {
  private static TestingBlueprint search(TestingBlueprint blueprint) {
    return blueprint.permit("search", "app", "db", "6333/tcp");
  }

  /** Covers the client's ports of what {@link #search} permits, from the other side. */
  private static TestingBlueprint back(TestingBlueprint blueprint) {
    return blueprint.permit("back", "db", "app", "30000-65535/tcp");
  }

  private TestingNamespace app;
  private TestingNamespace router;
  private TestingNamespace db;

  /** The machine that enforces. */
  enum Where {
    APP,
    ROUTER,
    DB
  }

  @BeforeAll
  static void requireKernel() {
    TestingNamespace.require();
  }

  @BeforeEach
  void connect() {
    app = new TestingNamespace("app");
    router = new TestingNamespace("router");
    db = new TestingNamespace("db");
    router.link("left", app, "eth0");
    router.link("right", db, "eth0");
    router.inside("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
    router.address("left", "10.77.1.1/24", "fd77:1::1/64");
    router.address("right", "10.77.2.1/24", "fd77:2::1/64");
    join(app, "10.77.1.", "fd77:1::");
    join(db, "10.77.2.", "fd77:2::");
    db.tell("serve 6333");
    db.tell("serve 6334");
  }

  private static void join(TestingNamespace host, String v4, String v6) {
    host.address("eth0", v4 + "5/24", v6 + "5/64");
    host.inside("ip", "route", "add", "default", "via", v4 + "1");
    host.inside("ip", "-6", "route", "add", "default", "via", v6 + "1");
  }

  @AfterEach
  void disconnect() {
    app.close();
    router.close();
    db.close();
  }

  private TestingNamespace at(Where where) {
    return switch (where) {
      case APP -> app;
      case ROUTER -> router;
      case DB -> db;
    };
  }

  /** Loads what the rules come to on one machine. */
  private void apply(Where where, int generation, UnaryOperator<TestingBlueprint> rules) {
    NetworkProjection projection =
        rules
            .apply(
                new TestingBlueprint()
                    .segment("left", "10.77.1.0/24", "fd77:1::/64")
                    .segment("right", "10.77.2.0/24", "fd77:2::/64")
                    .workload("app", "left", "10.77.1.5", "fd77:1::5")
                    .workload("db", "right", "10.77.2.5", "fd77:2::5")
                    .host("app-host", "10.77.1.5", "fd77:1::5")
                    .host("db-host", "10.77.2.5", "fd77:2::5")
                    .router("r", Map.of("left", "left", "right", "right")))
            .projection();
    String name =
        switch (where) {
          case APP -> "app-host";
          case ROUTER -> "r";
          case DB -> "db-host";
        };
    Placement placement = TestingBlueprint.placement(projection, name);
    at(where)
        .load(NftablesRenderer.render(projection, placement, new Generation(generation)).json());
  }

  @ParameterizedTest
  @EnumSource
  void onlyWhatIsPermittedPassesInBothFamilies(Where where) {
    apply(where, 1, ConnectionsTest::search);
    assertEquals("yes", app.tell("open a 10.77.2.5 6333"));
    assertEquals("yes", app.tell("ask a"));
    assertEquals("yes", app.tell("open b fd77:2::5 6333"));
    assertEquals("yes", app.tell("ask b"));
    assertEquals("no", app.tell("open c 10.77.2.5 6334"));
    assertEquals("no", app.tell("open d fd77:2::5 6334"));
    assertEquals("no", app.tell("udp 10.77.2.5 6333"));
    assertTrue(at(where).counted("search") >= 2);
    assertTrue(at(where).counted("default-deny/right") >= 3);
  }

  @ParameterizedTest
  @EnumSource
  void permittedConnectionsGoOnThroughGenerations(Where where) {
    apply(where, 1, ConnectionsTest::search);
    assertEquals("yes", app.tell("open a 10.77.2.5 6333"));
    assertEquals("yes", app.tell("ask a"));
    apply(where, 2, ConnectionsTest::search);
    // The server speaks first: its packet is judged as what it is, a reply.
    assertEquals("yes", db.tell("push 6333"));
    assertEquals("yes", app.tell("hear a"));
    assertEquals("yes", app.tell("ask a"));
    assertTrue(at(where).counted("search") >= 1);
    apply(where, 3, ConnectionsTest::search);
    assertEquals("yes", app.tell("ask a"));
  }

  @ParameterizedTest
  @EnumSource
  void tighteningEndsBothWaysThoughAReverseRuleCoversThePorts(Where where) {
    apply(where, 1, b -> back(search(b)));
    assertEquals("yes", app.tell("open a 10.77.2.5 6333"));
    assertEquals("yes", app.tell("ask a"));
    apply(where, 2, ConnectionsTest::back);
    assertEquals("no", app.tell("ask a"));
    assertEquals("yes", db.tell("push 6333"));
    assertEquals("no", app.tell("hear a"));
    assertEquals("no", app.tell("open b 10.77.2.5 6333"));
    // Permitted again, it goes on as soon as what was lost is sent again.
    apply(where, 3, b -> back(search(b)));
    assertTrue(IntStream.range(0, 12).anyMatch(i -> app.tell("ask a").equals("yes")));
  }

  /** The kernel has forgotten the connection: it is not picked up from the server's side. */
  @Tag("slow")
  @ParameterizedTest
  @EnumSource
  void whatIsForgottenIsNotPickedUpFromItsOtherSide(Where where) throws InterruptedException {
    apply(where, 1, b -> back(search(b)));
    at(where).inside("sysctl", "-qw", "net.netfilter.nf_conntrack_tcp_timeout_established=1");
    assertEquals("yes", app.tell("open a 10.77.2.5 6333"));
    assertEquals("yes", app.tell("ask a"));
    Thread.sleep(2500);
    apply(where, 2, ConnectionsTest::back);
    assertEquals("yes", db.tell("push 6333"));
    assertEquals("no", app.tell("hear a"));
    assertTrue(at(where).counted("packet/not-syn") >= 1);
  }

  /** From a client's port to a server's: the sender shows itself to be the client. */
  @ParameterizedTest
  @EnumSource
  void theFirstApplyCutsNoPermittedConnectionWhoseClientSpeaks(Where where) {
    assertEquals("yes", app.tell("open a 10.77.2.5 6333"));
    assertEquals("yes", app.tell("ask a"));
    assertEquals("yes", app.tell("open b 10.77.2.5 6334"));
    assertEquals("yes", app.tell("ask b"));
    apply(where, 1, ConnectionsTest::search);
    assertEquals("yes", app.tell("ask a"));
    assertEquals("no", app.tell("ask b"));
  }

  @ParameterizedTest
  @EnumSource
  void errorsAboutPermittedFlowsPass(Where where) {
    apply(where, 1, b -> b.permit("syslog", "app", "db", "9999/udp"));
    assertEquals("unreachable", app.tell("udp 10.77.2.5 9999"));
    assertEquals("unreachable", app.tell("udp fd77:2::5 9999"));
  }

  /** Too large for the next link, says the router, from an address that no blueprint declares. */
  @Test
  void theRoutersOwnErrorsPass() {
    router.inside("ip", "link", "set", "right", "mtu", "1280");
    apply(Where.ROUTER, 1, ConnectionsTest::search);
    apply(Where.APP, 1, ConnectionsTest::search);
    assertEquals("yes", app.tell("open a 10.77.2.5 6333"));
    assertEquals("yes", app.tell("bulk a"));
    assertEquals("yes", app.tell("open b fd77:2::5 6333"));
    assertEquals("yes", app.tell("bulk b"));
    assertTrue(app.inside("ip", "route", "get", "10.77.2.5").contains("mtu 1280"));
  }

  @Test
  void aSourceThatDoesNotBelongIsDroppedThoughARulePermitsIt() {
    UnaryOperator<TestingBlueprint> world = b -> b.permit("world", "internet", "db", "6333/tcp");
    app.address("lo", "198.51.100.9/32", "2001:db8::9/128");
    router.inside("ip", "route", "add", "198.51.100.9", "via", "10.77.1.5");
    router.inside("ip", "-6", "route", "add", "2001:db8::9", "via", "fd77:1::5");
    assertEquals("yes", app.tell("open a 10.77.2.5 6333 198.51.100.9 0"));
    apply(Where.ROUTER, 1, world);
    assertEquals("no", app.tell("open b 10.77.2.5 6333 198.51.100.9 0"));
    assertEquals("no", app.tell("open c fd77:2::5 6333 2001:db8::9 0"));
    // Not even on the connection that was open before.
    assertEquals("no", app.tell("ask a"));
    assertTrue(router.counted("packet/spoofed-source") >= 3);
    apply(Where.DB, 1, world);
    apply(Where.APP, 1, b -> b.permit("away", "app", "203.0.113.0/24", "6333/tcp"));
    assertEquals("no", app.tell("open d 203.0.113.5 6333 198.51.100.9 0"));
    assertTrue(app.counted("packet/spoofed-source") >= 1);
  }
}
