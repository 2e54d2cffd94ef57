package io.ringfence.targets.nftables.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules that make no difference, in rulesets that somebody else wrote. */
class RuleFindingsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String SSH =
      "{'match':{'op':'==','left':{'payload':{'protocol':'tcp','field':'dport'}},'right':22}}";
  private static final String LOW =
      "{'match':{'op':'==','left':{'payload':{'protocol':'tcp','field':'dport'}},'right':"
          + "{'range':[1,1024]}}}";
  private static final String WEB = SSH.replace("22", "80");
  private static final String OPEN =
      "{'match':{'op':'in','left':{'ct':{'key':'state'}},'right':['established','related']}}";
  private static final String ODD =
      "{'match':{'op':'==','left':{'fib':{'result':'type','flags':['daddr']}},'right':'local'}}";
  private static final String LIMIT = "{'limit':{'rate':1,'per':'second'}}";
  private static final String LOG = "{'log':{'prefix':'x'}}";
  private static final String NAMED = "{'counter':'hits'}";
  private static final String COUNTER = "{'counter':{'packets':0,'bytes':0}}";
  private static final String ACCEPT = "{'accept':null}";
  private static final String DROP = "{'drop':null}";
  private static final String JUMP = "{'jump':{'target':'more'}}";

  /** A chain at input whose policy is drop, and a chain `more` that nothing leads to as such. */
  static JsonNode listing(List<String> input, List<String> more) throws IOException {
    StringBuilder out =
        new StringBuilder(
            "{'nftables':[{'table':{'family':'inet','name':'t'}},{'counter':{'family':'inet',"
                + "'table':'t','name':'hits'}},"
                + "{'chain':{'family':'inet','table':'t','name':'more'}},"
                + "{'chain':{'family':'inet','table':'t','name':'in','hook':'input',"
                + "'type':'filter','prio':0,'policy':'drop'}}");
    input.forEach(r -> out.append(rule("in", r)));
    more.forEach(r -> out.append(rule("more", r)));
    return JSON.readTree((out + "]}").replace('\'', '"'));
  }

  private static String rule(String chain, String expressions) {
    return ",{'rule':{'family':'inet','table':'t','chain':'"
        + chain
        + "','expr':["
        + expressions
        + "]}}";
  }

  private static String words(String rules) {
    return rules
        .replace("ssh", SSH)
        .replace("low", LOW)
        .replace("web", WEB)
        .replace("open", OPEN)
        .replace("odd", ODD)
        .replace("limit", LIMIT)
        .replace("log", LOG)
        .replace("named", NAMED)
        .replace("tally", COUNTER)
        .replace("accept", ACCEPT)
        .replace("drop", DROP)
        .replace("jump", JUMP)
        .replace(' ', ',');
  }

  static List<String> rules(String text) {
    return text == null || text.isBlank()
        ? List.of()
        : List.of(text.split("/")).stream().map(r -> words(r.strip())).toList();
  }

  private static String number(String place) {
    return place
        .replace("table `inet t` chain `in` rule ", "")
        .replace("table `inet t` chain `more` rule ", "more ");
  }

  static String found(JsonNode listing) {
    return RuleFindings.of(listing).stream()
        .map(
            f ->
                number(f.place())
                    + " "
                    + f.kind().text()
                    + f.by().stream()
                        .map(b -> number(b).replace("inet t in", "in"))
                        .collect(Collectors.joining(", ", " [", "]"))
                    + (f.certain() ? "" : "?"))
        .collect(Collectors.joining("; "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "ssh accept / web accept | none",
        "low accept / ssh accept | 2 shadowed [1]",
        "low accept / ssh drop | 2 shadowed [1]",
        "ssh accept / low accept | 1 redundant [2]",
        "ssh drop / low accept | none",
        "ssh accept / drop | 2 redundant [the policy of in]",
        "ssh accept / ssh accept | 2 shadowed [1]",
        "ssh web accept | 1 never matches []",
        "open accept / ssh accept / open ssh drop | 3 shadowed [1]",
        // What it does beside its verdict is a difference, unless no packet gets there.
        "ssh log accept / low accept | none",
        "ssh named accept / low accept | none",
        "ssh tally accept / low accept | 1 redundant [2]",
        "low accept / ssh named accept | 2 shadowed [1]",
        "low accept / log ssh accept | none",
        "ssh accept / low log accept | none",
        "ssh tally / low accept | none",
        // What is not understood: proved whichever way it turns out, or said.
        "odd ssh accept / low accept | 1 redundant [2]",
        "odd accept / ssh accept | 2 shadowed [1]?",
        "odd accept / odd accept | 2 shadowed [1]",
        "limit accept / limit accept | 2 shadowed [1]?",
        "ssh limit accept / low accept | none",
        "odd ssh accept / odd low accept | 1 redundant [2]",
        "low accept / ssh limit accept | 2 shadowed [1]",
      })
  void findsRulesThatMakeNoDifference(String rules, String expected) throws IOException {
    assertEquals(expected == null ? "" : expected, found(listing(rules(rules), List.of())));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "ssh accept | web accept | more 1 never matches []",
        "jump | web accept | none",
        "web jump | web accept / ssh accept | more 2 never matches []",
        "low accept / ssh jump | web accept / ssh accept |"
            + " 2 shadowed [1]; more 1 never matches []; more 2 never matches []",
        "jump / web accept | web accept | 2 shadowed [1]",
        "jump / web drop | web accept | 2 shadowed [1]",
      })
  void followsJumps(String rules, String more, String expected) throws IOException {
    assertEquals(expected == null ? "" : expected, found(listing(rules(rules), rules(more))));
  }

  @Test
  void saysWhatShowsIt() throws IOException {
    RuleFinding finding =
        RuleFindings.of(listing(rules("low accept / ssh accept"), List.of())).getFirst();
    assertEquals("192.0.2.1 -> 198.51.100.1 22/tcp", finding.witness().orElseThrow().toString());
    assertEquals("tcp dport 22 accept", finding.text());
  }

  @Test
  void rulesetAsPeopleWriteItHasFindings() throws IOException {
    try (InputStream in = getClass().getResourceAsStream("/imported/server.json")) {
      List<RuleFinding> findings = RuleFindings.of(JSON.readTree(in));
      assertEquals(1, findings.size(), findings.toString());
      assertEquals("tcp dport 80 accept", findings.getFirst().text());
    }
  }

  /** An error may bear any address; that is nothing that is not understood. */
  @Test
  void manyAddressesAreUnderstood() throws IOException {
    List<String> rules =
        IntStream.range(0, Unknowns.UNKNOWNS_MAX + 10)
            .mapToObj(
                i ->
                    "{'match':{'op':'==','left':{'payload':{'protocol':'ip','field':'saddr'}},"
                        + "'right':'10.0."
                        + i / 200
                        + "."
                        + (1 + i % 200)
                        + "'}},"
                        + ACCEPT)
            .toList();
    assertEquals(List.of(), RuleFindings.of(listing(rules, List.of())));
  }

  @Test
  void asManyRulesAsItTakesAreLookedAtAndNotOneMore() throws IOException {
    List<String> most = Collections.nCopies(RuleFindings.RULES_MAX, SSH + "," + ACCEPT);
    assertEquals(RuleFindings.RULES_MAX - 1, RuleFindings.of(listing(most, List.of())).size());
    JsonNode more = listing(most, List.of(ACCEPT));
    assertThrows(UnreadableException.class, () -> RuleFindings.of(more));
  }

  @Test
  void situationsHaveALimit() throws IOException {
    String names =
        IntStream.range(0, 200)
            .mapToObj(i -> "'eth" + i + "'")
            .collect(Collectors.joining(",", "{'set':[", "]}"));
    String both =
        List.of("iifname", "oifname").stream()
            .map(
                k ->
                    "{'match':{'op':'==','left':{'meta':{'key':'"
                        + k
                        + "'}},'right':"
                        + names
                        + "}}")
            .collect(Collectors.joining(","));
    JsonNode listing = listing(List.of(both + "," + ACCEPT), List.of());
    UnreadableException refused =
        assertThrows(UnreadableException.class, () -> RuleFindings.of(listing));
    assertTrue(refused.getMessage().contains("situations"), refused.getMessage());
  }
}
