package io.ringfence.targets.nftables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.ringfence.targets.nftables.ruleset.Ruleset;
import io.ringfence.verifier.projection.NetworkProjection;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where rules are many, the elements of maps count for them, and they share a chain. */
class ManyRulesTest {
  private static NetworkProjection projection(int rules) {
    TestingBlueprint blueprint =
        new TestingBlueprint()
            .segment("a", "10.1.0.0/16")
            .segment("b", "10.2.0.0/16")
            .workload("web", "a", "10.1.0.1")
            .workload("db", "b", "10.2.0.1");
    for (int i = 1; i <= rules; i++) {
      blueprint.permit("r" + i, "web", "db", 1000 + i + "/tcp");
    }
    return blueprint.projection();
  }

  private static JsonNode rendered(NetworkProjection projection) {
    Placement at = TestingBlueprint.placement(projection, "db@10.2.0.1");
    return NftablesRenderer.render(projection, at, new Generation(1)).json();
  }

  private static ReadBack read(NetworkProjection projection, JsonNode ruleset) {
    return ReadBack.compare(
        projection, TestingBlueprint.placement(projection, "db@10.2.0.1"), ruleset);
  }

  @Test
  void rulesShareAChainWhereTheyAreMany() {
    for (int rules : List.of(RulesetBuilder.RULE_CHAINS_MAX, RulesetBuilder.RULE_CHAINS_MAX + 1)) {
      boolean many = rules > RulesetBuilder.RULE_CHAINS_MAX;
      NetworkProjection projection = projection(rules);
      JsonNode ruleset = rendered(projection);
      String text = ruleset.toString();
      assertEquals(!many, text.contains("\"name\":\"rule/r7\""), "" + rules);
      assertEquals(many, text.contains("\"comment\":\"rule/r7\""), "" + rules);
      assertEquals(many, text.contains("\"size\":" + rules), "" + rules);
      assertTrue(read(projection, ruleset).faithful(), "" + rules);
    }
  }

  /** Above, all is counted together; what names a rule stays, for whoever asks which it was. */
  @Test
  void rulesAreCountedApartUnlessTheyAreTooMany() {
    for (int rules :
        List.of(RulesetBuilder.COUNTED_RULES_MAX, RulesetBuilder.COUNTED_RULES_MAX + 1)) {
      boolean apart = rules <= RulesetBuilder.COUNTED_RULES_MAX;
      NetworkProjection projection = projection(rules);
      Placement at = TestingBlueprint.placement(projection, "db@10.2.0.1");
      Ruleset ruleset = NftablesRenderer.render(projection, at, new Generation(1));
      String admitted = "chain admitted {\n\t\t" + (apart ? "ct mark" : "counter ct mark");
      assertTrue(ruleset.text().contains(admitted), "" + rules);
      assertEquals(apart, ruleset.text().contains("counter comment \"rule/r7\""), "" + rules);
      assertTrue(ruleset.text().contains("comment \"rule/r7\""), "" + rules);
      assertEquals(apart, ruleset.json().toString().contains("\"stmt\":[{\"counter\":null}]"));
      // What counts decides nothing; that it is gone must not either.
      assertTrue(apart || ReadBack.compare(projection, at, ruleset.json()).faithful(), "" + rules);
    }
  }

  /** What the elements hold beside their keys may decide, and is read or refused. */
  @Test
  void anElementThatDecidesIsRefused() throws Exception {
    NetworkProjection projection = projection(RulesetBuilder.RULE_CHAINS_MAX + 1);
    String text = rendered(projection).toString();
    for (String more : List.of("\"limit\":{\"rate\":1,\"per\":\"second\"}", "\"quota\":{}")) {
      String broken = text.replace("\"comment\":\"rule/r7\"", more);
      assertFalse(broken.equals(text));
      ReadBack readBack = read(projection, new ObjectMapper().readTree(broken));
      assertTrue(
          readBack.sentences().getFirst().contains("of `permitted4/ports`")
              || readBack.sentences().getFirst().contains("element {"),
          readBack.sentences().toString());
    }
    String limited = text.replace("[{\"counter\":null}]", "[{\"limit\":{\"rate\":1}}]");
    assertFalse(limited.equals(text));
    assertTrue(
        read(projection, new ObjectMapper().readTree(limited))
            .sentences()
            .getFirst()
            .contains("set `permitted4/ports` with statement"));
  }

  /** The rule that a flow is admitted by is named by the element that leads there. */
  @Test
  void aWrongElementIsNamedWithItsRule() throws Exception {
    NetworkProjection projection = projection(RulesetBuilder.RULE_CHAINS_MAX + 1);
    JsonNode ruleset = rendered(projection);
    for (JsonNode command : ruleset.get("nftables")) {
      for (JsonNode element : command.at("/add/element/elem")) {
        if (element.toString().contains("\"rule/r7\"")) {
          JsonNode value = element.path(0).path("elem").path("val");
          ((ArrayNode) value.path("concat")).set(3, 999);
        }
      }
    }
    List<ReadBack.Difference> differences = read(projection, ruleset).differences();
    assertTrue(
        differences.stream()
            .filter(d -> d.kind() == ReadBack.Kind.EXCESS)
            .anyMatch(d -> d.witness().port() == 999 && d.trace().toString().contains("rule/r7")),
        differences.toString());
  }
}
