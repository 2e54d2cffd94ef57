package io.ringfence.targets.nftables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.ringfence.model.Address;
import io.ringfence.model.AddressRange;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Family;
import io.ringfence.model.Prefix;
import io.ringfence.targets.nftables.ruleset.Names;
import io.ringfence.targets.nftables.ruleset.Rule;
import io.ringfence.targets.nftables.ruleset.Statement;
import io.ringfence.verifier.projection.NetworkProjection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The parts that rendering is made of. */
class RenderingTest {
  @Test
  void marksGoRound() {
    assertEquals(0x0010_0000, new Generation(1).mark());
    assertEquals(0xfff0_0000, new Generation(4095).mark());
    assertEquals(0x0010_0000, new Generation(4096).mark());
    assertThrows(IllegalArgumentException.class, () -> new Generation(0));
  }

  @Test
  void namesAreShortenedOneForOne() {
    Names names = Names.identifiers();
    String long1 = names.name("rule/" + "x".repeat(300));
    String long2 = names.name("rule/" + "x".repeat(299) + "y");
    assertEquals(Names.BYTES_MAX, long1.length());
    assertFalse(long1.equals(long2));
    assertEquals(long1, names.name("rule/" + "x".repeat(300)));
    assertEquals("rule/search", names.name("rule/search"));
    assertTrue(names.name("rule/a \"b\" $c").matches("rule/a__b___c-[0-9a-f]{10}"));
  }

  @Test
  void logPrefixesFitOrAreRefused() {
    String longest = "x".repeat(Statement.Log.PREFIX_BYTES_MAX);
    assertEquals(longest, new Statement.Log(longest, 1, 1).prefix());
    assertThrows(IllegalArgumentException.class, () -> new Statement.Log(longest + "x", 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new Statement.Log("a\"b", 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new Statement.Log("", 1, 1));
    assertEquals(longest, Names.quoted(longest.length()).name(longest));
    assertEquals(longest.length(), Names.quoted(longest.length()).name(longest + "x").length());
  }

  @Test
  void commentsFitOrAreRefused() {
    Rule rule = Rule.of(new Statement.Counter());
    assertEquals(128, rule.named("x".repeat(128)).comment().orElseThrow().length());
    assertThrows(IllegalArgumentException.class, () -> rule.named("x".repeat(129)));
  }

  private static AddressSet set(String... prefixes) {
    return AddressSet.ofPrefixes(Stream.of(prefixes).map(Prefix::parse).toList());
  }

  @Test
  void layersAreDisjointAndNarrowBeforeWide() {
    AddressSet wide = set("10.0.0.0/8");
    AddressSet middle = set("10.1.0.0/16", "10.3.0.0/16");
    AddressSet narrow = set("10.1.1.0/24");
    AddressSet beside = set("192.0.2.0/24");
    assertEquals(
        List.of(List.of(narrow, beside), List.of(middle), List.of(wide)),
        Layers.of(List.of(wide, middle, narrow, beside)));
  }

  @Test
  void portsBelongToTheFirstThatWantedThem() {
    PortTable table = new PortTable();
    table.add(new PortTable.Owned(443, 443, 0, "a"));
    table.add(new PortTable.Owned(1, 1000, 1, "b"));
    table.add(new PortTable.Owned(900, 1100, 2, "c"));
    table.add(new PortTable.Owned(443, 443, 3, "d"));
    assertEquals(
        List.of("1-442 b", "443-443 a", "444-1000 b", "1001-1100 c"),
        table.owned().stream().map(o -> o.first() + "-" + o.last() + " " + o.rule()).toList());
  }

  /** 65 pairs become a class; 64 stay pairs. */
  @Test
  void groupsBecomeClassesPastALimit() {
    for (int count : List.of(PolicyCompiler.PAIRS_MAX, PolicyCompiler.PAIRS_MAX + 1)) {
      TestingBlueprint blueprint =
          new TestingBlueprint()
              .segment("a", "10.1.0.0/16")
              .segment("b", "10.2.0.0/24")
              .workload("db", "b", "10.2.0.1");
      for (int i = 1; i <= count; i++) {
        blueprint.workload(
            "w" + i, "a", new Address(Family.IPV4, 0, (10L << 24) + (1 << 16) + i).toString());
      }
      NetworkProjection projection = blueprint.permit("all", "a", "db", "80/tcp").projection();
      Placement at = TestingBlueprint.placement(projection, "db@10.2.0.1");
      String text = NftablesRenderer.render(projection, at, new Generation(1)).text();
      assertEquals(count > PolicyCompiler.PAIRS_MAX, text.contains("from-group"), "" + count);
    }
  }

  /** Single lookups: how many there are does not grow with the rules. */
  @Test
  void asManyLookupsForAThousandRulesAsForTen() {
    assertEquals(lookups(10), lookups(1000));
  }

  private static List<String> lookups(int rules) {
    TestingBlueprint blueprint =
        new TestingBlueprint().segment("b", "10.2.0.0/16").workload("db", "b", "10.2.0.1");
    for (int i = 0; i < rules; i++) {
      String net = new Address(Family.IPV4, 0, (20L << 24) + i * 256L).toString();
      blueprint.permit("n" + i, net + "/24", "db", 1000 + i + "/tcp", "5000-5100/tcp");
      blueprint.permit("p" + i, net.replace("20.", "30.") + "/28", "db", 2000 + i + "/udp");
      blueprint.workload(
          "w" + i, "b", new Address(Family.IPV4, 0, (10L << 24) + (2 << 16) + 10 + i).toString());
      blueprint.permit("w" + i, "w" + i, "db", 3000 + i + "/tcp");
    }
    NetworkProjection projection = blueprint.projection();
    Placement at = TestingBlueprint.placement(projection, "db@10.2.0.1");
    JsonNode json = NftablesRenderer.render(projection, at, new Generation(1)).json();
    List<String> out = new ArrayList<>();
    for (JsonNode item : json.get("nftables")) {
      for (JsonNode statement : item.at("/add/rule/expr")) {
        if (statement.has("vmap")) {
          out.add(statement.toString());
        }
      }
    }
    return out.stream().sorted().toList();
  }

  @Test
  void rangesAreWrittenAsPrefixesWhereTheyAre() {
    AddressRange range = new AddressRange(Address.parse("10.0.0.0"), Address.parse("10.0.0.255"));
    assertEquals(
        new io.ringfence.targets.nftables.ruleset.Value.Within("10.0.0.0", 24),
        RulesetBuilder.value(range));
  }

  /** INVARIANT: the reader shares nothing with what it checks. */
  @Test
  void theReaderDoesNotKnowTheRenderer() throws IOException {
    Path folder = Path.of("src/main/java/io/ringfence/targets/nftables/read");
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        assertFalse(knowsTheRenderer(Files.readString(file)), file.toString());
      }
    }
    assertTrue(knowsTheRenderer("import io.ringfence.targets.nftables.ruleset.Rule;"));
    assertTrue(knowsTheRenderer("io.ringfence.targets.nftables.Generation g;"));
  }

  private static boolean knowsTheRenderer(String source) {
    return source
        .replace("io.ringfence.targets.nftables.read", "")
        .contains("io.ringfence.targets.nftables");
  }
}
