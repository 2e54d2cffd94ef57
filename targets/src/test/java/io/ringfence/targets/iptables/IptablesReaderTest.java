package io.ringfence.targets.iptables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.ringfence.model.Family;
import io.ringfence.targets.nftables.read.Construct;
import io.ringfence.targets.nftables.read.ImportedRuleset;
import io.ringfence.verifier.flows.FlowSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IptablesReaderTest {
  private static final String HEAD = "*filter\n:INPUT ACCEPT [0:0]\n:c - [0:0]\n";

  private static Imported read(Family family, String text) {
    return IptablesReader.read(List.of(new SaveFile("rules", text, family)));
  }

  private static List<JsonNode> rules(JsonNode ruleset) {
    List<JsonNode> out = new ArrayList<>();
    ruleset.path("nftables").forEach(i -> out.add(i.path("rule")));
    out.removeIf(JsonNode::isMissingNode);
    return out;
  }

  private static String expression(Family family, String rule) {
    Imported read = read(family, HEAD + "-A INPUT " + rule + "\nCOMMIT\n");
    assertEquals(List.of(), read.problems());
    return rules(read.ruleset().orElseThrow())
        .getFirst()
        .path("expr")
        .toString()
        .replace('"', '\'');
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "-s 10.0.0.0/255.0.0.0 |"
            + " [{'match':{'op':'==','left':{'payload':{'protocol':'ip','field':'saddr'}},'right':{'prefix':{'addr':'10.0.0.0','len':8}}}}]",
        "! -d 10.0.0.1/32 |"
            + " [{'match':{'op':'!=','left':{'payload':{'protocol':'ip','field':'daddr'}},'right':'10.0.0.1'}}]",
        "-s 0.0.0.0/0 -i + -p all | []",
        "-i eth+ -j DROP |"
            + " [{'match':{'op':'==','left':{'meta':{'key':'iifname'}},'right':'eth*'}},{'drop':null}]",
        "-p 47 | [{'match':{'op':'==','left':{'meta':{'key':'l4proto'}},'right':47}}]",
        "-m conntrack --ctstate NEW,INVALID |"
            + " [{'match':{'op':'==','left':{'ct':{'key':'state'}},'right':{'set':['new','invalid']}}}]",
        "-m mark ! --mark 0x1/0xff |"
            + " [{'match':{'op':'!=','left':{'&':[{'meta':{'key':'mark'}},255]},'right':1}}]",
        "-j MARK --set-xmark 0x1/0xffffffff |"
            + " [{'mangle':{'key':{'meta':{'key':'mark'}},'value':1}}]",
        "-j MARK --or-mark 0x4 |"
            + " [{'mangle':{'key':{'meta':{'key':'mark'}},'value':{'^':[{'&':[{'meta':{'key':'mark'}},4294967291]},4]}}}]",
        "-m owner --uid-owner 0-999 |"
            + " [{'match':{'op':'==','left':{'meta':{'key':'skuid'}},'right':{'range':[0,999]}}}]",
        "-j c | [{'jump':{'target':'c'}}]",
        "-g c | [{'goto':{'target':'c'}}]",
        "-j REJECT --reject-with tcp-reset | [{'reject':{'type':'tcp reset'}}]",
      })
  void whatIsUnderstood(String rule, String expected) {
    assertEquals(expected, expression(Family.IPV4, rule));
  }

  /** Each of these, taken for something else, would be read as wider or narrower than it is. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "-f -j ACCEPT | match | -f",
        "-m limit --limit 1/sec -j ACCEPT | match | -m limit --limit 1/sec",
        "-p tcp -m tcp --dport ssh -j ACCEPT | match | -m tcp --dport ssh",
        "-p tcp -m tcp --dport 22 --tcp-option 5 -j ACCEPT | match | -m tcp --dport 22 --tcp-option"
            + " 5",
        "-p tcp -m multiport --ports 1,2 | match | -m multiport --ports 1,2",
        "-p udp -m tcp --dport 1 | match | -m tcp --dport 1",
        "-m owner ! --uid-owner 5 | match | -m owner ! --uid-owner 5",
        "-m owner --uid-owner www-data | match | -m owner --uid-owner www-data",
        "-m conntrack --ctstate DNAT | match | -m conntrack --ctstate DNAT",
        "-m conntrack --ctstate NEW --ctdir REPLY | match | -m conntrack --ctstate NEW --ctdir"
            + " REPLY",
        "-p icmp -m icmp ! --icmp-type 3/4 | match | -m icmp ! --icmp-type 3/4",
        "-s 10.0.0.1/255.0.0.255 | match | -s 10.0.0.1/255.0.0.255",
        "! -i + | match | ! -i +",
        "-m set --match-set a src | match | -m set --match-set a src",
        "-m addrtype --dst-type LOCAL --limit-iface-in | match | -m addrtype --dst-type LOCAL"
            + " --limit-iface-in",
        "-j TPROXY --on-port 1 | target | -j TPROXY --on-port 1",
        "-j CT --zone 1 | target | -j CT --zone 1",
        "-j MARK --set-xmark a | target | -j MARK --set-xmark a",
        "-j DNAT --to-destination 10.0.0.1 | target | -j DNAT --to-destination 10.0.0.1",
      })
  void whatIsNotUnderstoodIsKept(String rule, String type, String text) {
    String expression = expression(Family.IPV4, rule);
    assertTrue(expression.contains("{'xt':{'type':'" + type + "'"), expression);
    assertTrue(expression.contains("'text':'" + text + "'"), expression);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-A OUTPUT -j ACCEPT | rules:4:4: undeclared chain `OUTPUT`; declare it with `:OUTPUT -`",
        "-A INPUT -s 10.0.0.300 -j DROP | rules:4:13: `10.0.0.300` is no address",
        "-A INPUT -s fd00::1 -j DROP | rules:4:13: `fd00::1` is no address of IPv4",
        "-A INPUT -s 10.0.0.0/33 | rules:4:13: `33` is no number from 0 to 32",
        "-A INPUT -p tcp -m tcp --dport 65536 | rules:4:32: `65536` is no number from 0 to 65535",
        "-A INPUT -p tcp -m tcp --dport 9:8 | rules:4:32: the ports `9:8` run backwards",
        "-A INPUT -p tcp -m tcp --tcp-flags SYN,XXX SYN | rules:4:36: `XXX` is no flag of TCP",
        "-A INPUT -j ACCEPT -j DROP | rules:4:23: a second target",
        "-A INPUT -j | rules:4:10: nothing follows `-j`",
        "-A INPUT accept | rules:4:10: `accept` stands where an option such as -p, -s, -m or -j"
            + " should",
        "-A INPUT -m comment --comment \"a | rules:4:31: the quote is not closed; end it with `\"`",
        "-A INPUT -j INPUT | rules:4:13: no rule can go to `INPUT`, where packets begin",
        "-A INPUT -g d | rules:4:13: undeclared chain `d`",
        "-A c -j c | rules:4:9: chain `c` leads back to itself",
        "-I INPUT -j DROP | rules:4:1: `-I` is none of `*`, `:`, `-A` and COMMIT",
        ":INPUT DROP | rules:4:1: chain `INPUT` stands twice",
        ":d DROP | rules:4:4: chain `d` is none that the table begins with, and has a policy; write"
            + " `-`",
        ":FORWARD REJECT | rules:4:10: policy `REJECT` is neither ACCEPT nor DROP",
        "*nat | rules:4:1: table `filter` has no COMMIT before this",
        "*broute | rules:4:1: unknown table `broute`; known are filter, nat, mangle, raw, security",
      })
  void whatIsWrong(String line, String expected) {
    Imported read = read(Family.IPV4, HEAD + line + "\nCOMMIT\n");
    assertEquals(expected, read.problems().getFirst().text());
    assertTrue(read.ruleset().isEmpty());
  }

  @Test
  void lineIsAsLongAsIptablesRestoreTakes() {
    String rule = "-A INPUT -j DROP -m comment --comment ";
    String fill = "x".repeat(SaveParser.LINE_CHARS_MAX - rule.length());
    assertTrue(read(Family.IPV4, HEAD + rule + fill + "\nCOMMIT\n").problems().isEmpty());
    assertEquals(
        "rules:4:10241: the line has 10,241 characters; `iptables-restore` takes at most 10,240",
        read(Family.IPV4, HEAD + rule + fill + "x\nCOMMIT\n").problems().getFirst().text());
  }

  @Test
  void whatIsCutShortIsRefused() {
    assertEquals(
        "table `filter` does not end; write COMMIT after it",
        read(Family.IPV4, HEAD).problems().getFirst().message());
    assertEquals(
        "there is no table; this is not what `iptables-save` prints",
        read(Family.IPV4, "").problems().getFirst().message());
  }

  @Test
  void portsEndWhereTheyEnd() {
    assertTrue(expression(Family.IPV4, "-p tcp -m tcp --dport 65535").endsWith("'right':65535}}]"));
    assertTrue(
        expression(Family.IPV4, "-p tcp -m tcp --dport 1024:").contains("'range':[1024,65535]"));
  }

  @Test
  void problemsToldAreBounded() {
    for (int lines : List.of(IptablesReader.PROBLEMS_MAX, IptablesReader.PROBLEMS_MAX + 1)) {
      Imported read = read(Family.IPV4, HEAD + "-X\n".repeat(lines) + "COMMIT\n");
      assertEquals(IptablesReader.PROBLEMS_MAX, read.problems().size());
    }
  }

  @Test
  void aMachineHasOneTextOfEachFamily() {
    SaveFile file = new SaveFile("rules", HEAD + "COMMIT\n", Family.IPV4);
    assertThrows(IllegalArgumentException.class, () -> IptablesReader.read(List.of(file, file)));
  }

  @Test
  void textsTellWhatTheyAre() throws IOException {
    for (Path path : fixtures()) {
      String text = Files.readString(path);
      assertTrue(SaveFile.looksLike(text), path.toString());
      Family family = path.toString().endsWith("v6") ? Family.IPV6 : Family.IPV4;
      assertEquals(family, SaveFile.familyOf(text), path.toString());
    }
    assertTrue(!SaveFile.looksLike("{\"nftables\": []}") && !SaveFile.looksLike("# a\nname: x"));
  }

  /** What of real servers' rulesets is left to the reader's caution, and where it stands. */
  @Test
  void fixturesAreReadButForThis() throws IOException {
    List<String> unknown = new ArrayList<>();
    for (Path path : fixtures()) {
      String name = path.getFileName().toString();
      String text = Files.readString(path);
      Imported read =
          IptablesReader.read(List.of(new SaveFile(name, text, SaveFile.familyOf(text))));
      assertEquals(List.of(), read.problems());
      for (JsonNode rule : rules(read.ruleset().orElseThrow())) {
        rule.path("expr")
            .findValues("xt")
            .forEach(x -> unknown.add(rule.path("place").asText() + " " + x.path("text").asText()));
      }
    }
    assertEquals(
        List.of(
            "bans.v4:13 -m string --string \"GET -j\" --algo bm --to 65535",
            "bans.v4:14 -m physdev --physdev-is-bridged",
            "bans.v4:14 -j NFQUEUE --queue-num 1",
            "cluster.v4:29 -m statistic --mode random --probability 0.50000000000",
            "cluster.v4:45 -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT",
            "host.v6:9 -j TCPMSS --clamp-mss-to-pmtu",
            "server.v4:11 -m limit --limit 5/sec",
            "server.v4:19 -m recent --update --seconds 60 --hitcount 4 --name ssh --rsource",
            "server.v4:21 -m set --match-set banned src",
            "ufw.v4:21 -m limit --limit 3/min --limit-burst 10",
            "ufw.v4:31 -m limit --limit 3/min --limit-burst 10",
            "ufw.v4:37 -m recent --set --name DEFAULT --mask 255.255.255.255 --rsource",
            "ufw.v4:38 -m recent --update --seconds 30 --hitcount 6 --name DEFAULT --mask"
                + " 255.255.255.255 --rsource",
            "ufw.v4:40 -m limit --limit 3/min"),
        unknown);
  }

  /** What is unknown here is unknown to the reader of foreign rulesets, in the same place. */
  @Test
  void foreignRulesetsReaderIsCarefulInTheSamePlaces() throws IOException {
    String text = Files.readString(Path.of("src", "test", "resources", "iptables", "bans.v4"));
    Imported read = IptablesReader.read(List.of(new SaveFile("bans.v4", text, Family.IPV4)));
    ImportedRuleset ruleset =
        ImportedRuleset.read(read.ruleset().orElseThrow(), new FlowSpace(List.of()));
    assertEquals(
        List.of("bans.v4:13", "bans.v4:14", "bans.v4:14"),
        ruleset.constructs().stream().map(Construct::place).toList());
  }

  private static List<Path> fixtures() throws IOException {
    try (var files = Files.list(Path.of("src", "test", "resources", "iptables"))) {
      return files.sorted().toList();
    }
  }
}
