package io.ringfence.targets.nftables.read;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Smaller rulesets that do the same. */
class SimplificationTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static String rules(JsonNode ruleset) {
    return StreamSupport.stream(ruleset.path("nftables").spliterator(), false)
        .filter(i -> i.has("rule"))
        .map(i -> RuleText.of(i.get("rule").path("expr")))
        .collect(Collectors.joining(" / "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ssh accept / web accept | tcp dport { 22, 80 } accept",
        "ssh accept / web accept / low accept | tcp dport 1-1024 accept",
        "ssh accept / web drop / low accept | tcp dport 80 drop / tcp dport 1-1024 accept",
        "ssh accept / odd accept / web accept |"
            + " tcp dport 22 accept / fib daddr type local accept / tcp dport 80 accept",
        "ssh tally accept / web tally accept | tcp dport { 22, 80 } counter accept",
        "ssh log accept / web log accept |"
            + " tcp dport 22 log prefix \"x\" accept / tcp dport 80 log prefix \"x\" accept",
        "ssh named accept / web named accept |"
            + " tcp dport 22 counter name \"hits\" accept / tcp dport 80 counter name \"hits\""
            + " accept",
        "ssh limit accept / web limit accept |"
            + " tcp dport 22 limit rate 1/second accept / tcp dport 80 limit rate 1/second accept",
        "ssh tally / web tally | tcp dport { 22, 80 } counter",
      })
  void mergesAndDropsWhatItMay(String rules, String expected) throws IOException {
    JsonNode listing = RuleFindingsTest.listing(RuleFindingsTest.rules(rules), List.of());
    assertEquals(expected, rules(Simplification.of(listing).ruleset()));
  }

  @Test
  void chainThatNothingLeadsToAnyMoreGoesToo() throws IOException {
    JsonNode listing =
        RuleFindingsTest.listing(
            RuleFindingsTest.rules("low accept / ssh jump"), RuleFindingsTest.rules("ssh accept"));
    Simplification simple = Simplification.of(listing);
    assertEquals("tcp dport 1-1024 accept", rules(simple.ruleset()));
    assertEquals(
        List.of("in"),
        simple.ruleset().path("nftables").findValues("chain").stream()
            .filter(JsonNode::isObject)
            .map(c -> c.path("name").asText())
            .toList());
  }

  @Test
  void saysWhatIsLeftAloneAndWhy() throws IOException {
    JsonNode listing =
        RuleFindingsTest.listing(
            RuleFindingsTest.rules("ssh log accept / odd accept / web accept"), List.of());
    List<String> left =
        Simplification.of(listing).left().stream().map(Simplification.Left::why).toList();
    assertEquals(List.of("log prefix \"x\"", "fib daddr type local"), left);
  }

  @ParameterizedTest
  @CsvSource({
    "server, 1, 4",
    "containers, 1, 2",
    "zones, 6, 3",
    "guests, 10, 3",
    "services, 0, 8",
  })
  void rulesetsAsPeopleAndProgramsWriteThem(String name, int changes, int left) throws IOException {
    try (InputStream in = getClass().getResourceAsStream("/imported/" + name + ".json")) {
      Simplification simple = Simplification.of(JSON.readTree(in));
      assertEquals(changes, simple.changes().size(), simple.changes().toString());
      assertEquals(left, simple.left().size(), simple.left().toString());
    }
  }

  @Test
  void asManyValuesAsOneSetTakesAndNotOneMore() throws IOException {
    int each = NeighbourMerge.VALUES_MAX / 2;
    assertEquals(1, rules(Simplification.of(ports(each, each)).ruleset()).split(" / ").length);
    assertEquals(2, rules(Simplification.of(ports(each, each + 1)).ruleset()).split(" / ").length);
  }

  /** Two rules that accept so many odd ports each, all different. */
  private static JsonNode ports(int first, int second) throws IOException {
    return RuleFindingsTest.listing(
        List.of(ports(0, 0, first), ports(0, first, second)), List.of());
  }

  private static String ports(int base, int from, int count) {
    return IntStream.range(from, from + count)
        .mapToObj(i -> "" + (base + 2 * i + 1))
        .collect(
            Collectors.joining(
                ",",
                "{'match':{'op':'==','left':{'payload':{'protocol':'tcp','field':'dport'}},"
                    + "'right':{'set':[",
                "]}}},{'accept':null}"));
  }

  @Test
  void asManyUnknownsAsItTakesAndNotOneMore() throws IOException {
    assertDoesNotThrow(() -> RuleFindings.of(limits(Unknowns.UNKNOWNS_MAX)));
    JsonNode more = limits(Unknowns.UNKNOWNS_MAX + 1);
    UnreadableException refused =
        assertThrows(UnreadableException.class, () -> RuleFindings.of(more));
    assertTrue(refused.getMessage().contains("not understood"), refused.getMessage());
  }

  private static JsonNode limits(int count) throws IOException {
    String limit = "{'limit':{'rate':1,'per':'second'}},{'accept':null}";
    List<String> rules = Collections.nCopies(count, limit);
    return RuleFindingsTest.listing(rules, List.of());
  }

  @Test
  void whatNftMayListInPartIsRefused() throws IOException {
    String concatenation =
        "{'match':{'op':'==','left':{'concat':[{'payload':{'protocol':'ip','field':'saddr'}},"
            + "{'payload':{'protocol':'th','field':'sport'}}]},"
            + "'right':{'set':[{'concat':['192.0.2.1',5]}]}}},{'accept':null}";
    JsonNode listing = RuleFindingsTest.listing(List.of(concatenation), List.of());
    UnreadableException refused =
        assertThrows(UnreadableException.class, () -> Simplification.of(listing));
    assertTrue(refused.getMessage().contains("may not list all"), refused.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "eth0 | eth1 | iifname { eth0, eth1 } accept",
        "eth* | wlan0 | iifname eth* accept / iifname wlan0 accept",
        "eth0 | eth* | iifname eth* accept",
      })
  void interfacesMergeToo(String one, String other, String expected) throws IOException {
    String match = "{'match':{'op':'==','left':{'meta':{'key':'iifname'}},'right':'%s'}},";
    JsonNode listing =
        RuleFindingsTest.listing(
            List.of(
                match.formatted(one) + "{'accept':null}",
                match.formatted(other) + "{'accept':null}"),
            List.of());
    assertEquals(expected, rules(Simplification.of(listing).ruleset()));
  }

  @Test
  void difference() throws IOException {
    JsonNode one = RuleFindingsTest.listing(RuleFindingsTest.rules("ssh accept"), List.of());
    JsonNode other = RuleFindingsTest.listing(RuleFindingsTest.rules("web accept"), List.of());
    assertEquals(Optional.of("what surely passes at input"), Equivalence.difference(one, other));
    assertEquals(Optional.empty(), Equivalence.difference(one, one));
  }

  /** Their bounds are equal, and they are not. */
  @Test
  void equalBoundsAreNoProof() throws IOException {
    String accept = "{'accept':null}";
    String local =
        "{'match':{'op':'==','left':{'fib':{'result':'type','flags':['daddr']}},'right':'local'}},";
    JsonNode one = RuleFindingsTest.listing(List.of(local + accept, "{'drop':null}"), List.of());
    JsonNode other =
        RuleFindingsTest.listing(
            List.of(
                "{'counter':{'packets':0,'bytes':0}}",
                local.replace("daddr", "saddr") + accept,
                "{'drop':null}"),
            List.of());
    assertTrue(Equivalence.difference(one, other).isPresent());
  }
}
