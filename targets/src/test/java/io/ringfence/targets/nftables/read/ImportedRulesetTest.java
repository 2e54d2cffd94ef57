package io.ringfence.targets.nftables.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ringfence.model.Address;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Family;
import io.ringfence.model.PortSet;
import io.ringfence.targets.iptables.IptablesReader;
import io.ringfence.targets.iptables.SaveFile;
import io.ringfence.targets.nftables.read.Situation.Hook;
import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.flows.FlowSpace;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rulesets as people write them: what surely passes, what may, and what is not understood. */
class ImportedRulesetTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final FlowSpace space = new FlowSpace(List.of());

  private ImportedRuleset read(String name) throws IOException {
    try (InputStream in = getClass().getResourceAsStream("/imported/" + name + ".json")) {
      return ImportedRuleset.read(JSON.readTree(in), space);
    }
  }

  private FlowSet flows(String from, String to, String ports) {
    return space.box(address(from), address(to), PortSet.parse(ports));
  }

  private static AddressSet address(String text) {
    return AddressSet.of(Address.parse(text));
  }

  private String verdict(FlowSet surely, FlowSet possibly, FlowSet flows) {
    if (surely.containsAll(flows)) {
      return "PERMIT";
    }
    return possibly.overlaps(flows) ? "UNSURE" : "DENY";
  }

  @ParameterizedTest
  @CsvSource({
    "server, INPUT, 2001:db8::1, 2001:db8::2, 443/tcp, PERMIT",
    "server, INPUT, 203.0.113.1, 192.0.2.1, 443/tcp, UNSURE", // the source may be banned just now
    "server, INPUT, 203.0.113.1, 192.0.2.1, 22/tcp, DENY",
    "server, INPUT, 10.0.8.255, 192.0.2.1, 22/tcp, DENY",
    "server, INPUT, 10.0.9.0, 192.0.2.1, 22/tcp, UNSURE",
    "server, INPUT, 2001:db8::1, 2001:db8::2, 22/tcp, DENY",
    "server, INPUT, 203.0.113.1, 192.0.2.1, icmp/echo-request, UNSURE",
    "server, INPUT, 2001:db8::1, 2001:db8::2, 5432/tcp, UNSURE",
    "server, INPUT, 2001:db8::1, 2001:db8::2, 5433/tcp, DENY",
    "server, INPUT, fe80::1, fe80::2, 546/udp, PERMIT",
    "server, INPUT, 2001:db8::1, fe80::2, 546/udp, DENY",
    "server, FORWARD, 10.0.9.1, 192.0.2.1, 443/tcp, DENY",
    "server, OUTPUT, 10.0.9.1, 192.0.2.1, 443/tcp, PERMIT",
    "containers, FORWARD, 2001:db8::1, 2001:db8::2, 443/tcp, PERMIT",
    "containers, INPUT, 203.0.113.1, 192.0.2.1, 443/tcp, PERMIT",
    "containers, FORWARD, 203.0.113.1, 172.17.0.2, 25/tcp, UNSURE", // where it comes in
    "zones, INPUT, 203.0.113.1, 192.0.2.1, 22/tcp, PERMIT",
    "zones, INPUT, 198.51.100.66, 192.0.2.1, 22/tcp, UNSURE", // denied in public only
    "zones, INPUT, 203.0.113.1, 192.0.2.1, 5432/tcp, DENY", // nothing translates its destination
    "zones, INPUT, 2001:db8::1, 2001:db8::2, 22/tcp, UNSURE", // if there is a way back
    "zones, OUTPUT, 203.0.113.1, 192.0.2.1, 5432/tcp, PERMIT",
    "guests, INPUT, 203.0.113.1, 192.0.2.1, 22/tcp, PERMIT",
    "guests, FORWARD, 2001:db8::1, 2001:db8::2, 22/tcp, PERMIT",
    "guests, FORWARD, 203.0.113.1, 192.168.122.5, 22/tcp, UNSURE",
    "services, FORWARD, 203.0.113.1, 10.96.40.4, 8080/tcp, DENY",
    "services, FORWARD, 203.0.113.1, 10.96.40.4, 8081/tcp, PERMIT",
    "services, OUTPUT, 192.0.2.1, 10.96.12.1, 443/tcp, DENY",
    "services, OUTPUT, 10.1.2.3, 10.96.12.1, 443/tcp, PERMIT",
    "services, FORWARD, 203.0.113.1, 10.96.40.4, 8080/udp, PERMIT",
  })
  void saysWhatPasses(String name, Hook hook, String from, String to, String ports, String expected)
      throws IOException {
    ImportedRuleset ruleset = read(name);
    assertEquals(
        expected, verdict(ruleset.surely(hook), ruleset.possibly(hook), flows(from, to, ports)));
  }

  @ParameterizedTest
  @CsvSource({
    "eth0, docker0, 203.0.113.1, 172.17.0.2, 80/tcp, PERMIT",
    "eth0, docker0, 203.0.113.1, 172.17.0.3, 80/tcp, DENY", // the chain comes back, to the policy
    "eth0, docker0, 203.0.113.1, 172.17.0.3, 443/tcp, PERMIT",
    "eth0, docker0, 203.0.113.1, 172.17.0.2, 81/tcp, DENY",
    "eth0, eth1, 203.0.113.1, 172.17.0.2, 80/tcp, DENY",
    "docker0, eth0, 172.17.0.2, 203.0.113.1, 25/tcp, PERMIT",
    "docker0, br0, 172.17.0.2, 203.0.113.1, 25/tcp, DENY",
    "eth0, virbr0, 203.0.113.1, 192.168.122.5, 22/tcp, DENY",
    "virbr0, eth0, 192.168.122.5, 203.0.113.1, 22/tcp, PERMIT",
    "virbr0, eth0, 192.168.1.5, 203.0.113.1, 22/tcp, DENY",
    "virbr0, virbr0, 192.168.122.5, 192.168.122.6, 22/tcp, PERMIT",
  })
  void followsInterfacesMapsAndJumps(
      String in, String out, String from, String to, String ports, String expected)
      throws IOException {
    ImportedRuleset ruleset =
        read(in.equals("virbr0") || out.equals("virbr0") ? "guests" : "containers");
    Situation first = Situation.first(Hook.FORWARD, in, out);
    assertEquals(
        expected, verdict(ruleset.surely(first), ruleset.possibly(first), flows(from, to, ports)));
  }

  /** Of tools' rulesets, by the interfaces that their rules name. */
  @ParameterizedTest
  @CsvSource({
    "openwrt, INPUT, br-lan, '', 192.168.1.9, 192.168.1.1, 22/udp, PERMIT",
    "openwrt, INPUT, wan, '', 203.0.113.1, 192.0.2.1, 22/tcp, DENY",
    "openwrt, INPUT, wan, '', 203.0.113.1, 192.0.2.1, 68/udp, PERMIT",
    "openwrt, INPUT, wan, '', 2001:db8::1, 2001:db8::2, 68/udp, DENY", // of IPv4 only
    "openwrt, INPUT, wan, '', fd00::1, fd00::2, 546/udp, PERMIT",
    "openwrt, INPUT, wan, '', 2001:db8::1, fd00::2, 546/udp, DENY",
    "openwrt, INPUT, wan, '', 203.0.113.1, 192.0.2.1, icmp/echo-request, PERMIT",
    "openwrt, INPUT, wan, '', 2001:db8::1, 2001:db8::2, icmp/echo-request, UNSURE", // a limit
    "openwrt, INPUT, other, '', 203.0.113.1, 192.0.2.1, 68/udp, DENY",
    "openwrt, FORWARD, br-lan, wan, 192.168.1.9, 203.0.113.1, 443/udp, UNSURE", // a MAC address
    "openwrt, FORWARD, br-lan, other, 192.168.1.9, 203.0.113.1, 443/udp, DENY",
    "openwrt, FORWARD, wan, br-lan, 203.0.113.1, 192.168.1.9, 500/udp, PERMIT",
    "openwrt, FORWARD, wan, br-lan, 203.0.113.1, 192.168.1.20, 443/tcp, UNSURE", // if translated
    "openwrt, FORWARD, wan, br-lan, 203.0.113.1, 192.168.1.20, 444/udp, UNSURE",
    "openwrt, FORWARD, wan, other, 203.0.113.1, 192.168.1.20, 500/udp, UNSURE",
    "openwrt, FORWARD, other, br-lan, 203.0.113.1, 192.168.1.20, 500/udp, DENY",
    "mesh, INPUT, tailscale0, '', 100.64.0.9, 100.64.0.1, 22/tcp, PERMIT",
    "mesh, INPUT, eth0, '', 100.64.0.9, 100.64.0.1, 22/tcp, DENY",
    "mesh, INPUT, eth0, '', 100.115.92.9, 100.64.0.1, 22/tcp, PERMIT",
    "mesh, INPUT, eth0, '', 203.0.113.1, 10.9.0.2, 22/tcp, UNSURE", // if the source is its own
    "mesh, INPUT, wg0, '', 203.0.113.1, 10.9.0.2, 22/tcp, PERMIT",
    "mesh, FORWARD, eth0, tailscale0, 203.0.113.1, 100.64.0.9, 22/tcp, PERMIT",
    "mesh, FORWARD, eth0, tailscale0, 100.64.0.1, 100.64.0.9, 22/tcp, UNSURE", // by its mark
    "mesh, FORWARD, eth0, eth1, 203.0.113.1, 192.0.2.1, 22/tcp, UNSURE",
    "oddities, INPUT, eth0, '', 203.0.113.1, 192.0.2.1, 21/tcp, PERMIT",
    "oddities, INPUT, eth0, '', 203.0.113.1, 192.0.2.1, 79/tcp, DENY",
    "oddities, INPUT, eth0, '', 203.0.113.1, 192.0.2.1, 80/tcp, UNSURE", // synproxy
    "oddities, INPUT, eth0, '', 203.0.113.1, 192.0.2.1, 81/tcp, UNSURE", // a quota
    "oddities, INPUT, eth0, '', 203.0.113.1, 192.0.2.1, 84/tcp, UNSURE", // by chance
    "oddities, INPUT, eth0, '', 203.0.113.1, 192.0.2.1, 90/tcp, UNSURE", // by bytes so far
    "oddities, FORWARD, eth0, eth1, 203.0.113.1, 192.0.2.1, 8080/tcp, UNSURE", // tproxy
    "oddities, FORWARD, eth0, eth1, 203.0.113.1, 192.0.2.1, 53/udp, PERMIT", // copied besides
  })
  void toolsRulesets(
      String name,
      Hook hook,
      String in,
      String out,
      String from,
      String to,
      String ports,
      String is)
      throws IOException {
    ImportedRuleset ruleset = read(name);
    Situation first = Situation.first(hook, in, out);
    assertEquals(
        is, verdict(ruleset.surely(first), ruleset.possibly(first), flows(from, to, ports)));
  }

  /** The same as iptables-save prints them, through any interface that no rule names. */
  @ParameterizedTest
  @CsvSource({
    "ufw, INPUT, 203.0.113.1, 192.0.2.1, 443/tcp, UNSURE", // unless it is for this machine
    "ufw, INPUT, 203.0.113.1, 192.0.2.1, 8010/tcp, UNSURE",
    "ufw, INPUT, 203.0.113.1, 192.0.2.1, 8011/tcp, DENY",
    "ufw, INPUT, 192.0.2.9, 192.0.2.1, 5432/tcp, UNSURE",
    "ufw, INPUT, 203.0.113.1, 192.0.2.1, 5432/tcp, DENY",
    "ufw, INPUT, 203.0.113.1, 192.0.2.1, 22/tcp, UNSURE", // too often
    "ufw, INPUT, 203.0.113.1, 192.0.2.1, icmp/echo-request, PERMIT",
    "ufw, INPUT, 203.0.113.1, 192.0.2.1, 137/udp, DENY",
    "ufw, FORWARD, 203.0.113.1, 192.0.2.1, 443/tcp, DENY",
    "ufw, OUTPUT, 192.0.2.1, 203.0.113.1, 443/tcp, PERMIT",
    "cluster, INPUT, 203.0.113.1, 192.0.2.1, 22/tcp, PERMIT",
    "cluster, INPUT, 203.0.113.1, 10.96.40.4, 8080/tcp, DENY", // no endpoint
    "cluster, INPUT, 203.0.113.1, 127.0.0.1, 22/tcp, UNSURE",
    "cluster, FORWARD, 10.244.1.5, 203.0.113.1, 443/tcp, PERMIT",
    "cluster, FORWARD, 203.0.113.1, 10.244.1.5, 443/tcp, UNSURE", // by its mark
  })
  void savedTools(String name, Hook hook, String from, String to, String ports, String is)
      throws IOException {
    Path path = Path.of("src", "test", "resources", "iptables", name + ".v4");
    SaveFile file = new SaveFile(name + ".v4", Files.readString(path), Family.IPV4);
    JsonNode listing = IptablesReader.read(List.of(file)).ruleset().orElseThrow();
    ImportedRuleset ruleset = ImportedRuleset.read(listing, space);
    FlowSet flows = flows(from, to, ports);
    assertEquals(is, verdict(ruleset.surely(hook), ruleset.possibly(hook), flows));
  }

  /** Each of these decides in a way that no flow shows, and is named where it stands. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "tproxy",
        "synproxy",
        "quota",
        "classid",
        "@seen",
        "numgen",
        "meta length",
        "ct count",
        "socket",
        "meta hour",
        "ip dscp",
        "ct bytes"
      })
  void oddityIsNamedWithItsPlace(String word) throws IOException {
    List<Construct> named =
        read("oddities").constructs().stream().filter(c -> c.text().contains(word)).toList();
    assertEquals(1, named.size(), word);
    assertTrue(named.getFirst().place().matches("table `inet odd` chain `.*` rule [0-9]+ .*"));
  }

  private String verdictOf(String statements, Situation.Kind kind) throws IOException {
    ImportedRuleset ruleset = ImportedRuleset.read(listing(statements), space);
    Situation at = Situation.of(Hook.INPUT, "a", "", kind, false, 0);
    FlowSet one = flows("192.0.2.1", "192.0.2.2", "22/tcp");
    return verdict(ruleset.surely(at), ruleset.possibly(at), one);
  }

  /** Packets that a program decides about, and a way past the chains for what was let through. */
  @Test
  void queuesAreTakenBothWaysAndFlowTablesDecideNothing() throws IOException {
    assertEquals("UNSURE", verdictOf("{'queue':{'num':0}}", Situation.Kind.NEW));
    String flow = "{'flow':{'op':'add','flowtable':'@ft'}}";
    assertEquals("DENY", verdictOf(flow, Situation.Kind.NEW));
    assertEquals("PERMIT", verdictOf(flow + ",{'accept':null}", Situation.Kind.NEW));
  }

  /** Only where some rule translates destinations may a new connection be a translated one. */
  @Test
  void translatedConnectionsAreThoseThatSomeRuleTranslates() throws IOException {
    String status =
        "{'match':{'op':'in','left':{'ct':{'key':'status'}},'right':'dnat'}},{'accept':null}";
    assertEquals("DENY", verdictOf(status, Situation.Kind.NEW));
    assertEquals("UNSURE", verdictOf(status, Situation.Kind.ESTABLISHED));
    String translating = ",{'dnat':{'addr':'192.0.2.9'}}";
    assertEquals("UNSURE", verdictOf(status + translating, Situation.Kind.ESTABLISHED));
    assertEquals("PERMIT", verdictOf("{'dnat':{'addr':'192.0.2.9'}}", Situation.Kind.NEW));
    String both =
        status + "]}},{'rule':{'family':'ip','table':'t','chain':'c','expr':[{'drop':null}";
    assertEquals("DENY", verdictOf(both, Situation.Kind.NEW));
    String other = both + "]}},{'rule':{'family':'ip','table':'t','chain':'c','expr':[";
    assertEquals("UNSURE", verdictOf(other + translating.substring(1), Situation.Kind.NEW));
  }

  @ParameterizedTest
  @CsvSource({
    "eth*, eth0, PERMIT",
    "eth*, eth, PERMIT",
    "eth*, wlan0, DENY",
    "eth1*, eth0, DENY",
    "eth1*, eth12, PERMIT",
    "*, wlan0, PERMIT",
  })
  void patternStandsForAllNamesThatBeginSo(String pattern, String name, String expected)
      throws IOException {
    String match = "{'match':{'op':'==','left':{'meta':{'key':'iifname'}},'right':'";
    ImportedRuleset ruleset =
        ImportedRuleset.read(listing(match + pattern + "'}},{'accept':null}"), space);
    Situation first = Situation.first(Hook.INPUT, name, "");
    assertEquals(
        expected,
        verdict(
            ruleset.surely(first),
            ruleset.possibly(first),
            flows("192.0.2.1", "192.0.2.2", "22/tcp")));
  }

  @Test
  void namesWhatItDoesNotUnderstandAndWhere() throws IOException {
    List<String> constructs =
        read("server").constructs().stream().map(c -> c.place() + ": " + c.text()).toList();
    assertEquals(5, constructs.size(), constructs.toString());
    assertEquals(
        "table `inet filter` set `banned`: a set whose elements come and go", constructs.get(0));
    assertTrue(
        constructs.contains(
            "table `inet filter` chain `input` rule 7 (handle 18): fib saddr type local"),
        constructs.toString());
  }

  @Test
  void tracesAFlowToWhatDecides() throws IOException {
    List<String> trace =
        read("server")
            .trace(
                Situation.first(Hook.INPUT, "eth0", ""),
                flows("203.0.113.1", "192.0.2.1", "22/tcp"));
    assertTrue(trace.getFirst().endsWith("not understood, so both ways: ip saddr @banned"));
    assertTrue(trace.getLast().endsWith(": drop"), trace.toString());
  }

  private JsonNode listing(String expressions) throws IOException {
    return JSON.readTree(
        ("{'nftables':[{'table':{'family':'ip','name':'t'}},{'chain':{'family':'ip','table':'t',"
                + "'name':'c','hook':'input','type':'filter','prio':0,'policy':'drop'}},"
                + "{'rule':{'family':'ip','table':'t','chain':'c','place':'rules.v4:7','expr':["
                + expressions
                + "]}}]}")
            .replace('\'', '"'));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{'accept':null}|PERMIT",
        "{'xt':{'type':'match','name':'recent','text':'--rcheck'}},{'accept':null}|UNSURE",
        "{'xt':{'type':'match','name':'recent'}},{'drop':null}|DENY",
        "{'xt':{'type':'target','name':'TARPIT'}}|UNSURE",
        "{'queue':{'num':1}}|UNSURE",
        "{'match':{'op':'==','left':{'meta':{'key':'iifname'}},'right':'e*h'}},{'accept':null}|"
            + "UNSURE",
        "{'match':{'op':'!=','left':{'meta':{'key':'iifname'}},'right':'lo*'}},{'accept':null}|"
            + "UNSURE", // by some other interface whose name begins so, it does not
        "{'match':{'op':'!=','left':{'payload':{'protocol':'tcp','field':'sport'}},'right':60}},"
            + "{'match':{'op':'!=','left':{'payload':{'protocol':'tcp','field':'dport'}},'right':22}},"
            + "{'accept':null}|UNSURE", // one comparison of both, as nft loads it
        "{'match':{'op':'==','left':{'meta':{'key':'protocol'}},'right':'ip'}},{'accept':null}|"
            + "PERMIT",
        "{'match':{'op':'==','left':{'meta':{'key':'protocol'}},'right':'ip6'}},{'accept':null}|"
            + "DENY",
        "{'match':{'op':'==','left':{'payload':{'protocol':'th','field':'dport'}},'right':22}},"
            + "{'accept':null}|UNSURE",
        "{'match':{'op':'==','left':{'meta':{'key':'l4proto'}},'right':{'set':['tcp','udp']}}},"
            + "{'match':{'op':'==','left':{'payload':{'protocol':'th','field':'dport'}},'right':22}},"
            + "{'accept':null}|PERMIT",
        "{'match':{'op':'==','left':{'meta':{'key':'l4proto'}},'right':{'set':['tcp','gre']}}},"
            + "{'match':{'op':'==','left':{'payload':{'protocol':'th','field':'dport'}},'right':22}},"
            + "{'accept':null}|UNSURE",
        "{'vmap':{'key':{'concat':[{'meta':{'key':'l4proto'}},{'payload':{'protocol':'th',"
            + "'field':'dport'}}]},'data':{'set':[[{'concat':['tcp',22]},{'accept':null}]]}}}|"
            + "PERMIT",
        "{'vmap':{'key':{'meta':{'key':'mark'}},'data':{'set':[[1,{'accept':null}]]}}}|UNSURE",
        "{'vmap':{'key':{'meta':{'key':'mark'}},'data':{'set':[[1,{'drop':null}]]}}}|DENY",
        "{'quota':{'val':1,'val_unit':'mbytes'}},{'accept':null}|UNSURE",
        "{'mangle':{'key':{'meta':{'key':'mark'}},'value':1}},{'accept':null}|PERMIT",
        "{'match':{'op':'in','left':{'payload':{'protocol':'tcp','field':'flags'}},'right':'syn'}},"
            + "{'accept':null}|PERMIT",
        "{'match':{'op':'in','left':{'payload':{'protocol':'tcp','field':'flags'}},'right':'ack'}},"
            + "{'accept':null}|DENY",
      })
  void takesWhatItDoesNotUnderstandBothWays(String expressions, String expected)
      throws IOException {
    ImportedRuleset ruleset = ImportedRuleset.read(listing(expressions), space);
    assertEquals(
        expected,
        verdict(
            ruleset.surely(Hook.INPUT),
            ruleset.possibly(Hook.INPUT),
            flows("192.0.2.1", "192.0.2.2", "22/tcp")));
    assertEquals("rules.v4:7", ruleset.rules().getFirst().place());
  }

  /** nft lists {@code meta nfproto ipv4 reject} without its match. */
  @ParameterizedTest
  @CsvSource({
    "icmp, 192.0.2.1, 192.0.2.2, 22/tcp, DENY",
    "icmp, 2001:db8::1, 2001:db8::2, 22/tcp, PERMIT",
    "icmpv6, 192.0.2.1, 192.0.2.2, 22/tcp, PERMIT",
    "icmpv6, 2001:db8::1, 2001:db8::2, 22/tcp, DENY",
    "icmpx, 2001:db8::1, 2001:db8::2, 22/tcp, DENY",
    "tcp reset, 2001:db8::1, 2001:db8::2, 22/tcp, UNSURE", // its family is not listed
    "tcp reset, 2001:db8::1, 2001:db8::2, 22/udp, PERMIT",
  })
  void rejectsOnlyWhatItsKindCanAnswer(
      String type, String from, String to, String ports, String expected) throws IOException {
    String text =
        listing("{'reject':{'type':'" + type + "','expr':'port-unreachable'}}").toString();
    String inet = text.replace("\"ip\"", "\"inet\"").replace("\"drop\"", "\"accept\"");
    ImportedRuleset ruleset = ImportedRuleset.read(JSON.readTree(inet), space);
    assertEquals(
        expected,
        verdict(ruleset.surely(Hook.INPUT), ruleset.possibly(Hook.INPUT), flows(from, to, ports)));
  }

  /** Where no connection has been looked for yet, a packet is invalid to the kernel. */
  @ParameterizedTest
  @CsvSource({
    "-201, new, PERMIT",
    "-201, invalid, DENY",
    "-200, new, UNSURE",
    "-199, new, DENY",
    "-199, invalid, PERMIT",
  })
  void chainsBeforeConnectionTrackingSeeNoState(int priority, String state, String expected)
      throws IOException {
    String match = "{'match':{'op':'in','left':{'ct':{'key':'state'}},'right':'" + state + "'}},";
    String text = listing(match + "{'drop':null}").toString();
    String early =
        text.replace("\"input\"", "\"prerouting\"")
            .replace("\"prio\":0", "\"prio\":" + priority)
            .replace("\"policy\":\"drop\"", "\"policy\":\"accept\"");
    ImportedRuleset ruleset = ImportedRuleset.read(JSON.readTree(early), space);
    assertEquals(
        expected,
        verdict(
            ruleset.surely(Hook.INPUT),
            ruleset.possibly(Hook.INPUT),
            flows("192.0.2.1", "192.0.2.2", "22/tcp")));
  }

  @Test
  void chainThatJumpsToItselfIsRefused() throws IOException {
    JsonNode circle = listing("{'jump':{'target':'c'}}");
    assertThrows(UnreadableException.class, () -> ImportedRuleset.read(circle, space));
  }

  @Test
  void deviceThatMayDropLeavesNothingSure() throws IOException {
    String text =
        listing("{'accept':null}")
            .toString()
            .replaceFirst(
                "\\[",
                "[{\"table\":{\"family\":\"netdev\",\"name\":\"d\"}},{\"chain\":{\"family\":\"netdev\","
                    + "\"table\":\"d\",\"name\":\"c\",\"hook\":\"ingress\",\"type\":\"filter\",\"prio\":0,"
                    + "\"policy\":\"accept\"}},");
    ImportedRuleset ruleset = ImportedRuleset.read(JSON.readTree(text), space);
    assertTrue(ruleset.surely(Hook.INPUT).isEmpty());
    assertEquals(space.all(), ruleset.possibly(Hook.INPUT));
  }
}
