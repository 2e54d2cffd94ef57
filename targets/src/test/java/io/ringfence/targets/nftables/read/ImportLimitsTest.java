package io.ringfence.targets.nftables.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.targets.nftables.read.Situation.Hook;
import io.ringfence.verifier.flows.FlowSpace;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Every limit of what is imported, at it and one past it. */
class ImportLimitsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final FlowSpace space = new FlowSpace(List.of());
  private final ObjectNode listing = JSON.createObjectNode();
  private final ArrayNode items = listing.putArray("nftables");

  ImportLimitsTest() throws IOException {
    add("{'table':{'family':'inet','name':'t'}}");
    chain("c", ",'hook':'forward','type':'filter','prio':0,'policy':'drop'");
  }

  private void add(String item) throws IOException {
    items.add(JSON.readTree(item.replace('\'', '"')));
  }

  private void chain(String name, String more) throws IOException {
    add("{'chain':{'family':'inet','table':'t','name':'" + name + "'" + more + "}}");
  }

  private void rule(String chain, String statements) throws IOException {
    add(
        "{'rule':{'family':'inet','table':'t','chain':'"
            + chain
            + "','expr':["
            + statements
            + "]}}");
  }

  private static String jump(String chain) {
    return "{'jump':{'target':'" + chain + "'}}";
  }

  private ImportedRuleset read() {
    return ImportedRuleset.read(listing, space);
  }

  private void refused(String... words) {
    String message =
        assertThrows(UnreadableException.class, () -> read().possibly(Hook.FORWARD)).getMessage();
    for (String word : words) {
      assertTrue(message.contains(word), message);
    }
  }

  /** Copies of an item, each one step long, without asking for one at a time to be parsed. */
  private void addAlike(String item, int count) throws IOException {
    JsonNode one = JSON.readTree(item.replace('\'', '"'));
    for (int i = 0; i < count; i++) {
      items.add(one);
    }
  }

  @Test
  void rules() throws IOException {
    String rule = "{'rule':{'family':'inet','table':'t','chain':'c','expr':[{'accept':null}]}}";
    addAlike(rule, ImportLimits.RULES_MAX);
    assertEquals(ImportLimits.RULES_MAX, read().rules().size());
    addAlike(rule, 1);
    refused("20,001 rules", "at most 20,000 are read");
  }

  @Test
  void chains() throws IOException {
    for (int i = 1; i < ImportLimits.CHAINS_MAX; i++) {
      chain("c" + i, "");
    }
    assertEquals(ImportLimits.CHAINS_MAX, read().chains().size());
    chain("more", "");
    refused("20,001 chains");
  }

  private void elements(JsonNode value, int count) {
    ObjectNode set = items.addObject().putObject("set");
    set.put("family", "inet").put("table", "t").put("name", "s").put("type", "inet_service");
    ArrayNode elements = set.putArray("elem");
    for (int i = 0; i < count; i++) {
      elements.add(value);
    }
  }

  @Test
  void elementsOfSetsAndWithinRules() throws IOException {
    elements(JSON.readTree("22"), ImportLimits.ELEMENTS_MAX - 2);
    String ports = "{'match':{'op':'==','left':{'payload':{'protocol':'tcp','field':'dport'}},";
    rule("c", ports + "'right':{'set':[22,23]}}},{'accept':null}");
    assertEquals(1, read().rules().size());
    rule("c", ports + "'right':{'set':[24]}}},{'accept':null}");
    refused("200,001 elements of sets and maps");
  }

  private void nested(int jumps) throws IOException {
    for (int i = 1; i <= jumps; i++) {
      chain("c" + i, "");
      rule(i == 1 ? "c" : "c" + (i - 1), jump("c" + i));
    }
    rule("c" + jumps, "{'accept':null}");
  }

  @Test
  void jumpsAsDeepAsTheKernelLets() throws IOException {
    nested(ImportLimits.JUMPS_MAX);
    assertEquals(space.all(), read().surely(Hook.FORWARD));
  }

  @Test
  void deeperJumps() throws IOException {
    nested(ImportLimits.JUMPS_MAX + 1);
    refused("`inet t c17`", "more than 16 jumps");
  }

  private void interfaces(String key, int count) throws IOException {
    String names =
        IntStream.range(0, count)
            .mapToObj(i -> "'" + key + i + "'")
            .collect(Collectors.joining(","));
    String left = "{'match':{'op':'==','left':{'meta':{'key':'" + key + "name'}},'right':{'set':[";
    rule("c", left + names + "]}}},{'accept':null}");
  }

  /** There is one more each way than what rules name: what none of them names. */
  @Test
  void pairsOfInterfaces() throws IOException {
    interfaces("iif", ImportLimits.INTERFACE_PAIRS_MAX / 4 - 1);
    interfaces("oif", 3);
    assertEquals(space.all(), read().possibly(Hook.FORWARD));
    interfaces("oif", 4);
    refused("5,000 interfaces", "from 5 that they leave by", "at most 20,000 pairs");
  }

  /** Ten ways into each of twelve chains are a million million ways into the last one. */
  @Test
  void waysThroughChains() throws IOException {
    for (int i = 1; i <= 12; i++) {
      chain("c" + i, "");
      for (int way = 0; way < 10; way++) {
        rule(i == 1 ? "c" : "c" + (i - 1), jump("c" + i));
      }
    }
    ImportedRuleset ruleset = read();
    // What a chain does is found out once; a trace tells of every way.
    assertTrue(ruleset.possibly(Hook.FORWARD).isEmpty());
    Situation first = Situation.first(Hook.FORWARD, "a", "b");
    assertThrows(UnreadableException.class, () -> ruleset.trace(first, space.all()));
  }

  @Test
  void effort() {
    Effort effort = Effort.atMost(2);
    effort.step();
    effort.step();
    String message = assertThrows(UnreadableException.class, effort::step).getMessage();
    assertTrue(message.contains("more than 2 steps"), message);
  }
}
