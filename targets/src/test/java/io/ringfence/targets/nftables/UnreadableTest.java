package io.ringfence.targets.nftables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.verifier.projection.NetworkProjection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the reader has no meaning for is named with its place, and nothing is proved. */
class UnreadableTest {
  private static final NetworkProjection PROJECTION =
      new TestingBlueprint()
          .segment("a", "10.1.0.0/24")
          .workload("w", "a", "10.1.0.1")
          .workload("v", "a", "10.1.0.2")
          .permit("one", "w", "v", "80/tcp")
          .projection();

  private static final Placement AT = TestingBlueprint.placement(PROJECTION, "v@10.1.0.2");

  private static List<String> sentences(String... more) throws JsonProcessingException {
    ObjectNode json = NftablesRenderer.render(PROJECTION, AT, new Generation(1)).json().deepCopy();
    for (String item : more) {
      ((ArrayNode) json.get("nftables")).add(new ObjectMapper().readTree(item));
    }
    ReadBack back = ReadBack.compare(PROJECTION, AT, json);
    assertFalse(back.faithful());
    return back.sentences();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{'dnat':{'addr':'10.0.0.1'}}|statement `dnat`",
        "{'queue':{'num':1}}|statement `queue`",
        "{'match':{'op':'==','left':{'meta':{'key':'skgid'}},'right':0}}"
            + "|field {\"meta\":{\"key\":\"skgid\"}}",
        "{'match':{'op':'<','left':{'meta':{'key':'l4proto'}},'right':9}}|comparison `<`",
        "{'match':{'op':'==','left':{'payload':{'protocol':'ip','field':'saddr'}},'right':'@no'}}"
            + "|no set `no`",
        "{'match':{'op':'==','left':{'&':[{'meta':{'key':'l4proto'}},1]},'right':0}}"
            + "|mask on `meta l4proto`",
        "{'match':{'op':'==','left':{'&':[{'payload':{'protocol':'ip','field':'saddr'}},"
            + "'255.0.255.0']},'right':'10.0.0.0'}}|mask `255.0.255.0` leaves more than first bits",
        "{'match':{'op':'==','left':{'payload':{'protocol':'ip','field':'saddr'}},"
            + "'right':{'prefix':{'addr':'10.0.0.1','len':24}}}}"
            + "|`10.0.0.1/24` has host bits set; the network is 10.0.0.0/24",
        "{'match':{'op':'==','left':{'payload':{'protocol':'th','field':'dport'}},"
            + "'right':{'range':[9,7]}}}|range 9-7 runs backwards",
        "{'mangle':{'key':{'meta':{'key':'mark'}},'value':1}}"
            + "|statement `mangle` of {\"meta\":{\"key\":\"mark\"}}"
      })
  void namesTheConstructAndItsPlace(String statement, String problem)
      throws JsonProcessingException {
    String rule =
        "{'add':{'rule':{'family':'inet','table':'ringfence','chain':'permitted','expr':["
            + statement
            + ",{'accept':null}]}}}";
    assertEquals(
        List.of("not understood: " + problem + " in chain `permitted` rule 2"),
        sentences(rule.replace('\'', '"')));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{'set':{'family':'inet','table':'ringfence','name':'s','type':'ether_addr'}}"
            + "|set `s` of type \"ether_addr\"",
        "{'set':{'family':'inet','table':'ringfence','name':'s','type':'ipv4_addr',"
            + "'flags':['timeout']}}|set `s` with flag `timeout`",
        "{'chain':{'family':'inet','table':'ringfence','name':'c','type':'nat',"
            + "'hook':'input','prio':0}}|chain `c` is no filter",
        "{'chain':{'family':'inet','table':'ringfence','name':'c','type':'filter',"
            + "'hook':'prerouting','prio':0}}|chain at hook `prerouting`",
        "{'flowtable':{'family':'inet','table':'ringfence','name':'f'}}|`flowtable` object `f`",
        "{'table':{'family':'inet','name':'ringfence','flags':['dormant']}}"
            + "|table `ringfence` is dormant: it does nothing"
      })
  void namesTheObject(String object, String problem) throws JsonProcessingException {
    assertEquals(
        List.of("not understood: " + problem),
        sentences("{\"add\":" + object.replace('\'', '"') + "}"));
  }

  @Test
  void saysThatTheTableIsNotThere() throws JsonProcessingException {
    JsonNode empty = new ObjectMapper().readTree("{\"nftables\":[]}");
    assertEquals(
        List.of("not understood: there is no table `inet ringfence`"),
        ReadBack.compare(PROJECTION, AT, empty).sentences());
  }

  @Test
  void namesChainsThatJumpInACircle() throws JsonProcessingException {
    String rule =
        "{'add':{'rule':{'family':'inet','table':'ringfence','chain':'permitted','expr':["
            + "{'jump':{'target':'permitted'}}]}}}";
    assertEquals(
        List.of(
            "not understood: chain `permitted` is reached by more than 16 jumps, which the kernel"
                + " does not load; or it jumps to itself"),
        sentences(rule.replace('\'', '"')));
  }
}
