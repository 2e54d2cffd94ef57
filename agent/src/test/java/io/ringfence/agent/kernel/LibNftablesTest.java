package io.ringfence.agent.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.ringfence.agent.kernel.LibNftables.Output;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("kernel")
class LibNftablesTest {
  private static final String ADD_TABLE =
      "{\"nftables\":[{\"add\":{\"table\":{\"family\":\"inet\",\"name\":\"t\"}}}]}";

  private static TestingRouter hosts;

  @BeforeAll
  static void setUp() throws Exception {
    hosts = new TestingRouter("nft");
  }

  @AfterAll
  static void tearDown() throws Exception {
    if (hosts != null) {
      hosts.close();
    }
  }

  @BeforeEach
  void flush() throws Exception {
    hosts.nft("flush ruleset");
  }

  @Test
  void itIsAvailableHere() {
    assertEquals(Optional.empty(), LibNftables.unavailable());
  }

  @Test
  void jsonAndTextAreBothUnderstood() throws Exception {
    String listing =
        hosts.router.call(
            () -> {
              try (LibNftables nftables = LibNftables.open(Output.JSON)) {
                nftables.run(ADD_TABLE);
                nftables.run("add chain inet t c");
                return nftables.run("list ruleset");
              }
            });
    var objects = new ObjectMapper().readTree(listing).get("nftables");
    assertEquals("t", objects.get(1).get("table").get("name").textValue());
    assertEquals("c", objects.get(2).get("chain").get("name").textValue());
  }

  @Test
  void listingsHaveHandlesCountersAndElementsAsAsked() throws Exception {
    hosts.nft(
        "table inet t { set s { type inet_proto; elements = { tcp } }; chain c { counter; }; }");
    assertTrue(listed(Output.HANDLES).contains("# handle "));
    assertFalse(listed().contains("# handle "));
    assertTrue(listed().contains("counter packets 0 bytes 0"));
    assertFalse(listed(Output.STATELESS).contains("packets"));
    assertTrue(listed(Output.NUMERIC).contains("{ 6 }"));
    assertFalse(listed(Output.WITHOUT_ELEMENTS).contains("tcp"));
  }

  private static String listed(Output... output) throws Exception {
    return hosts.router.call(
        () -> {
          try (LibNftables nftables = LibNftables.open(output)) {
            return nftables.run("list ruleset");
          }
        });
  }

  @Test
  void refusedCommandChangesNothingAndSaysWhy() throws Exception {
    var text =
        assertThrows(
            NftablesException.class,
            () -> hosts.nft("add table inet t; add rule inet t none drop"));
    assertTrue(text.getMessage().contains("No such file or directory"), text::getMessage);
    assertEquals("", hosts.nft("list ruleset"));

    var json =
        assertThrows(
            NftablesException.class,
            () ->
                hosts.router.call(
                    () -> {
                      try (LibNftables nftables = LibNftables.open(Output.JSON)) {
                        return nftables.run(ADD_TABLE.replace("inet", "nonsense"));
                      }
                    }));
    assertFalse(json.getMessage().contains("internal:0:0-0"), json::getMessage);
    assertFalse(json.getMessage().contains("\n\n"), json::getMessage);
  }

  @Test
  void checkTakesNoEffect() throws Exception {
    hosts.router.call(
        () -> {
          try (LibNftables nftables = LibNftables.open(Output.JSON)) {
            nftables.check(ADD_TABLE);
            assertThrows(NftablesException.class, () -> nftables.check("delete table inet t"));
            assertFalse(nftables.run("list ruleset").contains("\"table\""));
            nftables.run(ADD_TABLE);
            assertTrue(nftables.run("list ruleset").contains("\"table\""));
          }
          return null;
        });
  }

  @Test
  void contextStaysInTheNamespaceItWasOpenedIn() throws Exception {
    try (LibNftables inRouter = hosts.router.call(() -> LibNftables.open())) {
      inRouter.run("add table inet only_router"); // from a thread that is elsewhere
      assertTrue(hosts.nft("list tables").contains("only_router"));
      String left =
          hosts.left.call(
              () -> {
                try (LibNftables nftables = LibNftables.open()) {
                  return nftables.run("list tables");
                }
              });
      assertEquals("", left);
    }
  }

  @Test
  void tenThousandElementsAreOneCommand() throws Exception {
    String elements =
        IntStream.range(0, 10_000)
            .mapToObj(i -> "10.0." + i / 256 + "." + i % 256)
            .collect(Collectors.joining(","));
    hosts.nft("table inet t { set s { type ipv4_addr; elements = { " + elements + " } }; }");
    assertTrue(hosts.nft("list ruleset").contains("10.0.39.15"));
  }

  @Test
  void closedIsClosed() throws Exception {
    LibNftables nftables = hosts.router.call(() -> LibNftables.open());
    nftables.close();
    nftables.close();
    assertThrows(IllegalStateException.class, () -> nftables.run("list ruleset"));
  }
}
