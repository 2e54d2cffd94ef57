package io.ringfence.targets.nftables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.model.Address;
import io.ringfence.model.Flow;
import io.ringfence.verifier.projection.NetworkProjection;
import io.ringfence.verifier.projection.Permit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Rulesets broken on purpose: the read-back finds each, with a witness. */
class MutantsTest {
  private static final NetworkProjection PROJECTION =
      new TestingBlueprint()
          .segment("edge", "10.1.0.0/24", "fd00:1::/64")
          .segment("vectordb", "10.2.0.0/24", "fd00:2::/64")
          .workload("web", "edge", "10.1.0.5", "fd00:1::5")
          .workload("dns", "edge", "10.1.0.53")
          .workload("database", "vectordb", "10.2.0.5", "fd00:2::5")
          .host("database-host", "10.2.0.5", "fd00:2::5")
          .router("r", Map.of("edge", "eth0", "vectordb", "eth1"), "10.1.0.1")
          .resolver("dns")
          .permit("search", "web", "database", "6333/tcp", "7000-7100/tcp", "51000-51010/tcp")
          .permit("office", "198.51.100.0/28", "database", "22/tcp")
          .permit("world", "internet", "database", "icmp/echo-request")
          .permit("backups", "database", "s3.example.com", "443/tcp")
          .permit("mirror", "database", "203.0.113.0/25", "873/tcp", "8730-8760/tcp")
          .projection();

  private static final Placement HOST = TestingBlueprint.placement(PROJECTION, "database-host");
  private static final Placement ROUTER = TestingBlueprint.placement(PROJECTION, "r");

  /** A change of the text of one rule or one set of elements. */
  private static Arguments text(Placement at, String chainOrSet, String old, String replacement) {
    String name = at.name() + " " + chainOrSet + ": " + old + " -> " + replacement;
    UnaryOperator<JsonNode> change =
        json -> changed(json, n -> inside(n, chainOrSet), t -> t.replace(old, replacement));
    return Arguments.of(name, at, change);
  }

  private static Arguments without(Placement at, String chain, String part) {
    UnaryOperator<JsonNode> change =
        json -> {
          ObjectNode out = json.deepCopy();
          ArrayNode items = (ArrayNode) out.get("nftables");
          for (int i = 0; i < items.size(); i++) {
            if (inside(items.get(i), chain) && items.get(i).toString().contains(part)) {
              items.remove(i);
              break;
            }
          }
          return out;
        };
    return Arguments.of(at.name() + " " + chain + " without " + part, at, change);
  }

  private static boolean inside(JsonNode item, String name) {
    JsonNode add = item.path("add");
    return add.path("rule").path("chain").asText().equals(name)
        || add.path("element").path("name").asText().equals(name)
        || add.path("chain").path("name").asText().equals(name);
  }

  private static JsonNode changed(
      JsonNode json, Predicate<JsonNode> which, UnaryOperator<String> change) {
    ObjectNode out = json.deepCopy();
    ArrayNode items = (ArrayNode) out.get("nftables");
    for (int i = 0; i < items.size(); i++) {
      if (which.test(items.get(i))) {
        items.set(i, parse(change.apply(items.get(i).toString())));
      }
    }
    return out;
  }

  private static JsonNode parse(String json) {
    try {
      return new ObjectMapper().readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(json, e);
    }
  }

  static List<Arguments> mutants() {
    String ports = "permitted4/ports";
    String goodbye = "\"goto\":{\"target\":\"denied\"}";
    List<Arguments> out = new ArrayList<>();
    // Elements: an address, a port, a protocol, a prefix or an interval's end is off by one.
    out.add(text(HOST, ports, "10.1.0.5", "10.1.0.4"));
    out.add(text(HOST, ports, "6333", "6334"));
    out.add(text(HOST, ports, "\"tcp\",6333", "\"udp\",6333"));
    out.add(text(HOST, "ports4/tcp/permitted4/0", "7000,7100", "7000,7101"));
    out.add(text(HOST, "ports4/tcp/permitted4/0", "7000,7100", "7001,7100"));
    out.add(text(HOST, "permitted4/from-net/28/ports", "198.51.100.0", "198.51.100.16"));
    out.add(text(HOST, "permitted4", "255.255.255.240", "255.255.255.224"));
    out.add(text(HOST, "permitted4", "255.255.255.240", "255.255.255.248"));
    out.add(text(HOST, "permitted4/from-net/sets", "10.1.1.0", "10.1.0.255"));
    out.add(text(HOST, "permitted4/from-net/sets", "10.0.255.255", "10.0.255.254"));
    // A family is forgotten, two parts of a key are swapped, a jump goes to the wrong chain.
    out.add(without(HOST, "permitted", "ipv6"));
    out.add(without(HOST, "permitted", "ipv4"));
    out.add(text(HOST, "permitted", "permitted6", "infrastructure"));
    out.add(text(HOST, "permitted", "permitted4", "rule/search"));
    // The state: widened, narrowed, not asked at all.
    out.add(text(HOST, "output", "\"right\":1048576", "\"right\":0"));
    out.add(text(HOST, "output", "4293918720", "1048576"));
    out.add(text(HOST, "input", "[\"new\",\"related\"]", "[\"related\"]"));
    out.add(text(HOST, "input", "[\"new\",\"related\"]", "[\"new\"]"));
    out.add(text(HOST, "input", "\"!=\",\"left\":{\"&\"", "\"==\",\"left\":{\"&\""));
    out.add(text(HOST, "midstream", "32768", "32767"));
    out.add(text(HOST, "midstream", "32767", "65535"));
    out.add(without(HOST, "input", "midstream"));
    out.add(
        text(HOST, "input", "{\"set\":[\"icmp\",\"ipv6-icmp\"]}", "{\"set\":[\"icmp\",\"udp\"]}"));
    // Marks: set on what is denied, or of another generation than the one asked for.
    out.add(text(HOST, "rule/search", "1048576", "2097152"));
    out.add(text(HOST, "rule/search", "1048575", "34603007"));
    out.add(text(HOST, "packet/invalid", "{\"drop\":null}", "{\"accept\":null}"));
    out.add(
        text(
            HOST,
            "default-deny/vectordb",
            "{\"drop\":null}",
            "{\"mangle\":{\"key\":{\"ct\":{\"key\":\"mark\"}},\"value\":1048576}},{\"drop\":null}"));
    // The guards against spoofing, and the infrastructure.
    out.add(without(HOST, "input", "@own4"));
    out.add(without(HOST, "output", "@own6"));
    out.add(text(HOST, "output", "\"!=\",\"left\":{\"payload\"", "\"==\",\"left\":{\"payload\""));
    out.add(text(HOST, "infrastructure", "255", "64"));
    out.add(text(HOST, "infrastructure", "\"nd-router-advert\"", "\"nd-redirect\""));
    out.add(
        text(
            HOST,
            "infrastructure",
            ",{\"match\":{\"op\":\"==\",\"left\":{\"payload\":{\"protocol\":\"ip6\",\"field\":\"hoplimit\"}},\"right\":1}}",
            ""));
    out.add(without(HOST, "input", "infrastructure"));
    // What ends a chain.
    out.add(text(HOST, "input", goodbye, "\"accept\":null"));
    out.add(text(HOST, "forward", goodbye, "\"accept\":null"));
    out.add(text(HOST, "default-deny/edge", "{\"drop\":null}", "{\"accept\":null}"));
    // Names: open without an answer, or into segments.
    out.add(without(HOST, "permitted4/fqdn/1", "fqdn4/s3.example.com"));
    out.add(text(HOST, "permitted4/fqdn/1", "@internet4", "@fqdn4/s3.example.com"));
    out.add(
        text(
            HOST,
            "permitted4/fqdn/1",
            "\"==\",\"left\":{\"ct\":{\"key\":\"ip daddr\"",
            "\"!=\",\"left\":{\"ct\":{\"key\":\"ip daddr\""));
    // Routers: an interface's guard, the two policies mixed up.
    out.add(text(ROUTER, "interface", "\"eth0\"", "\"eth9\""));
    out.add(text(ROUTER, "source/eth1", "segment4/vectordb", "segment4/edge"));
    out.add(without(ROUTER, "source", "served4"));
    out.add(without(ROUTER, "forward", "source"));
    out.add(without(ROUTER, "forward", "@own4"));
    out.add(text(ROUTER, "forward", "\"across\"", "\"own\""));
    out.add(text(ROUTER, "input", "\"own\"", "\"across\""));
    out.add(without(ROUTER, "errors", "\"across\""));
    out.add(without(ROUTER, "output", "\"errors\""));
    return out;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mutants")
  void killedWithAWitness(String name, Placement at, UnaryOperator<JsonNode> mutation) {
    JsonNode json =
        NftablesRenderer.render(PROJECTION, at, new Generation(1), Form.ENFORCING).json();
    assertEquals(List.of(), ReadBack.compare(PROJECTION, at, json).sentences());

    JsonNode mutant = mutation.apply(json);
    assertFalse(mutant.equals(json), "nothing was changed");
    ReadBack back = ReadBack.compare(PROJECTION, at, mutant);
    assertEquals(List.of(), back.unreadable());
    assertFalse(back.differences().isEmpty(), "alive");
    back.differences().forEach(MutantsTest::requireWitness);
  }

  /** A flow that opens is judged by its boxes; other situations have more to them. */
  private static void requireWitness(ReadBack.Difference difference) {
    assertFalse(difference.trace().isEmpty(), difference.text());
    if (difference.situation().contains("a first packet") && !isSpoofed(difference)) {
      boolean permitted = permits(difference.witness());
      assertEquals(difference.kind() == ReadBack.Kind.MISSING, permitted, difference.text());
    }
  }

  /** Permitted, but not at this gate. */
  private static boolean isSpoofed(ReadBack.Difference difference) {
    return difference.kind() == ReadBack.Kind.EXCESS && permits(difference.witness());
  }

  private static boolean permits(Flow flow) {
    return PROJECTION.permits().stream().anyMatch(p -> permits(p, flow));
  }

  private static boolean permits(Permit permit, Flow flow) {
    return permit.from().contains(flow.source())
        && permit.to().contains(flow.destination())
        && permit.ports().contains(flow.protocol(), flow.port())
        && (permit.fqdn().isEmpty() || permit.fqdn().equals(flow.fqdn()));
  }

  @Test
  void theTraceNamesTheElementThatDecides() {
    JsonNode json = NftablesRenderer.render(PROJECTION, HOST, new Generation(1)).json();
    JsonNode mutant =
        changed(json, n -> inside(n, "permitted4/ports"), t -> t.replace("10.1.0.5", "10.1.0.6"));
    ReadBack back = ReadBack.compare(PROJECTION, HOST, mutant);
    assertTrue(
        back.differences().stream()
            .filter(d -> d.kind() == ReadBack.Kind.EXCESS)
            .filter(d -> d.witness().source().equals(Address.parse("10.1.0.6")))
            .anyMatch(
                d ->
                    d.trace().toString().contains("10.1.0.6")
                        && d.trace().getLast().startsWith("chain `rule/search` rule 1: accept")));
  }

  /** What belongs to no connection has no mark that could be read: the rule ends, and so drops. */
  @Test
  void aRuleThatReadsAMarkEndsWhereThereIsNoConnection() {
    JsonNode json =
        NftablesRenderer.render(PROJECTION, HOST, new Generation(1), Form.ENFORCING).json();
    JsonNode mutant =
        changed(
            json, n -> inside(n, "input"), t -> t.replace("\"packet/invalid\"", "\"rule/search\""));
    assertFalse(mutant.equals(json), "nothing was changed");
    assertEquals(List.of(), ReadBack.compare(PROJECTION, HOST, mutant).sentences());
  }
}
