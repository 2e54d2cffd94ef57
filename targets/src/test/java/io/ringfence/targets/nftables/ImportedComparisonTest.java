package io.ringfence.targets.nftables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ringfence.model.Address;
import io.ringfence.model.AddressSet;
import io.ringfence.model.PortSet;
import io.ringfence.targets.nftables.read.ImportedRuleset;
import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.flows.FlowSpace;
import io.ringfence.verifier.projection.NetworkProjection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What differs between a blueprint and a ruleset that somebody else wrote. */
class ImportedComparisonTest {
  private static final NetworkProjection PROJECTION =
      new TestingBlueprint()
          .segment("a", "10.1.0.0/24")
          .workload("w", "a", "10.1.0.1")
          .workload("v", "a", "10.1.0.2")
          .permit("one", "w", "v", "80/tcp")
          .projection();

  private static final Placement AT = TestingBlueprint.placement(PROJECTION, "v@10.1.0.2");

  private static List<String> differences(JsonNode listing) {
    FlowSpace space = FlowSpace.of(PROJECTION.directory());
    ImportedRuleset ruleset = ImportedRuleset.read(listing, space);
    return ImportedComparison.compare(PROJECTION, AT, ruleset, space).stream()
        .map(d -> d.kind() + " " + d.certain() + " " + d.gate() + " " + d.witness())
        .toList();
  }

  @Test
  void ownArtifactReadAsForeignIsFaithful() {
    JsonNode own = NftablesRenderer.render(PROJECTION, AT, new Generation(1)).json();
    assertEquals(List.of(), differences(own));
  }

  private static final String CHAIN =
      "{'chain':{'family':'ip','table':'t','name':'%1$s','hook':'%1$s','type':'filter','prio':0,"
          + "'policy':'drop'}},";
  private static final String SOURCE =
      "{'match':{'op':'==','left':{'payload':{'protocol':'ip','field':'saddr'}},"
          + "'right':'10.1.0.1'}},";
  private static final String PORT =
      "{'match':{'op':'==','left':{'payload':{'protocol':'tcp','field':'dport'}},'right':%s}},";

  private static JsonNode ruleset(String expressions) throws Exception {
    String ip6 = "{'table':{'family':'ip6','name':'t'}},";
    String json =
        "{'nftables':[{'table':{'family':'ip','name':'t'}},"
            + ip6
            + (CHAIN + CHAIN.replace("%1$s", "output")).formatted("input")
            + CHAIN.replace("'ip'", "'ip6'").formatted("input")
            + CHAIN.replace("'ip'", "'ip6'").formatted("output")
            + "{'rule':{'family':'ip','table':'t','chain':'input','expr':["
            + expressions
            + "{'accept':null}]}}]}";
    return new ObjectMapper().readTree(json.replace('\'', '"'));
  }

  @Test
  void whatAMachineSendsItselfIsNoExcess() throws Exception {
    String text = ruleset(SOURCE + PORT.formatted(80)).toString();
    String open = text.replaceFirst("(\"hook\":\"output\".*?)\"drop\"", "$1\"accept\"");
    FlowSpace space = FlowSpace.of(PROJECTION.directory());
    ImportedRuleset ruleset = ImportedRuleset.read(new ObjectMapper().readTree(open), space);
    AddressSet own = AddressSet.of(Address.parse("10.1.0.2"));
    FlowSet toItself = space.box(own, own, PortSet.ALL);
    var differences = ImportedComparison.compare(PROJECTION, AT, ruleset, space);
    assertEquals(1, differences.size());
    assertFalse(differences.getFirst().flows().overlaps(toItself));
  }

  /** At `v` the output hook drops all: what `w` opens is never answered. */
  @Test
  void repliesThatDoNotPassAreMissing() throws Exception {
    String closed = ruleset(SOURCE + PORT.formatted(80)).toString();
    assertEquals(
        List.of("MISSING true replies at output"),
        differences(new ObjectMapper().readTree(closed)).stream()
            .map(d -> d.substring(0, d.lastIndexOf("output") + 6))
            .toList());
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "80, false, none",
        "81, false, EXCESS true input; MISSING true input",
        "80, true, MISSING false input",
      })
  void saysWhatDiffersAndWhetherItIsCertain(int port, boolean limited, String expected)
      throws Exception {
    String limit = limited ? "{'limit':{'rate':1,'per':'second'}}," : "";
    List<String> kinds =
        differences(ruleset(SOURCE + PORT.formatted(port) + limit)).stream()
            .filter(d -> !d.contains("replies"))
            .map(d -> d.substring(0, d.indexOf("input") + 5))
            .toList();
    assertEquals(expected == null ? "" : expected, String.join("; ", kinds));
  }
}
