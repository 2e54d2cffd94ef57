package io.ringfence.targets.nftables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Flow;
import io.ringfence.model.testing.BlueprintSketch;
import io.ringfence.model.testing.SharedHost;
import io.ringfence.targets.nftables.ruleset.Ruleset;
import io.ringfence.verifier.projection.NetworkProjection;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rulesets of hosts that tell their processes apart. */
class ProcessHostTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final NetworkProjection projection = projection(SharedHost.blueprint());
  private final Placement here = host(projection);

  private static NetworkProjection projection(Blueprint blueprint) {
    return new NetworkProjection(new Directory(blueprint));
  }

  private static Placement host(NetworkProjection projection) {
    return new Placement.AtHost(projection.topology().hosts().get(SharedHost.HOST));
  }

  private static Ruleset render(NetworkProjection projection, Placement placement) {
    return NftablesRenderer.render(projection, placement, new Generation(1));
  }

  private ReadBack broken(UnaryOperator<String> change) throws Exception {
    String whole = render(projection, here).json().toString();
    String changed = change.apply(whole);
    assertFalse(changed.equals(whole), "nothing was changed");
    JsonNode ruleset = JSON.readTree(changed);
    return ReadBack.compare(projection, here, ruleset);
  }

  @Test
  void everyMachineReadsBackAsTheBlueprintHasIt() {
    for (Placement placement : Placement.all(projection.topology())) {
      ReadBack back = ReadBack.compare(projection, placement, render(projection, placement).json());
      assertEquals(List.of(), back.sentences(), placement.name());
    }
  }

  @Test
  void aLoneProcessIsToldApartToo() {
    BlueprintSketch alone =
        new BlueprintSketch()
            .segment("app", "10.0.1.0/24")
            .process("api", "app", SharedHost.HOST, 0, "8080/tcp", "10.0.1.5")
            .egress("fetch", "api", "internet 443/tcp");
    NetworkProjection of = projection(alone.blueprint());
    assertEquals(
        List.of(), ReadBack.compare(of, host(of), render(of, host(of)).json()).sentences());
    String text = render(of, host(of)).text();
    assertTrue(text.contains("meta skuid vmap"), text);
  }

  /** Which process sends to a router's own address, the router cannot see. */
  @Test
  void aRouterThatAProcessSendsToReadsBack() {
    Blueprint alone =
        new BlueprintSketch()
            .segment("app", "10.0.1.0/24")
            .process("api", "app", SharedHost.HOST, 5, "8080/tcp", "10.0.1.5")
            .egress("fetch", "api", "internet 443/tcp")
            .router("edge", List.of("198.51.100.1"), "app")
            .blueprint();
    NetworkProjection of = projection(alone);
    Placement router = new Placement.AtRouter(of.topology().routers().get("edge"));
    assertEquals(List.of(), ReadBack.compare(of, router, render(of, router).json()).sentences());
  }

  @Test
  void oneThatMayNothingIsStillJudged() {
    NetworkProjection of =
        projection(
            new BlueprintSketch()
                .segment("app", "10.0.1.0/24")
                .process("api", "app", SharedHost.HOST, 5, "8080/tcp", "10.0.1.5")
                .blueprint());
    assertEquals(
        List.of(), ReadBack.compare(of, host(of), render(of, host(of)).json()).sentences());
  }

  @ParameterizedTest
  @CsvSource({
    // another user's
    "'[991,{\"jump\"', '[992,{\"jump\"', EXCESS",
    "'[991,{\"jump\"', '[992,{\"jump\"', MISSING",
    "'[993,{\"goto\"', '[994,{\"goto\"', EXCESS",
    // whatever is sent over loopback
    "'\"right\":\"lo\"}},{\"goto\":{\"target\":\"local\"}}',"
        + " '\"right\":\"lo\"}},{\"accept\":null}', EXCESS",
  })
  void aWrongUserIsNoticed(String what, String instead, ReadBack.Kind kind) throws Exception {
    ReadBack back = broken(s -> s.replace(what, instead));
    assertTrue(
        back.differences().stream().anyMatch(d -> d.kind() == kind),
        () -> kind + " among " + back.sentences());
  }

  @Test
  void aLostUserIsNoticedWithAWitnessThatNamesOne() throws Exception {
    ReadBack back =
        broken(
            s ->
                s.replace(
                    "{\"vmap\":{\"key\":{\"meta\":{\"key\":\"skuid\"}},\"data\":\"@sent\"}}",
                    "{\"jump\":{\"target\":\"sent/api\"}}"));
    Flow witness = back.excess().witness().orElseThrow();
    assertTrue(witness.user().isEmpty() || witness.user().getAsLong() != SharedHost.API);
  }

  /** Each element of a map by user lost, or one off; and each look-up by user lost. */
  @Test
  void everyMutantOfAUserIsKilled() throws Exception {
    String whole = render(projection, here).json().toString();
    List<String> mutants = new ArrayList<>();
    Matcher element =
        Pattern.compile("\\[(99[0-9]),\\{\"(?:jump|goto)\":\\{\"target\":\"[^\"]*\"\\}\\}\\],?")
            .matcher(whole);
    while (element.find()) {
      String before = whole.substring(0, element.start());
      String after = whole.substring(element.end());
      String rest = after.startsWith("]") ? before.replaceFirst(",$", "") + after : before + after;
      mutants.add(rest);
      for (int off : new int[] {-10, 10}) {
        int user = Integer.parseInt(element.group(1)) + off;
        mutants.add(before + element.group().replace(element.group(1), "" + user) + after);
      }
    }
    Matcher lookup =
        Pattern.compile(
                ",?\\{\"vmap\":\\{\"key\":\\{\"meta\":\\{\"key\":\"skuid\"\\}\\},[^}]*\\}\\}")
            .matcher(whole);
    while (lookup.find()) {
      mutants.add(whole.substring(0, lookup.start()) + whole.substring(lookup.end()));
    }
    assertTrue(mutants.size() >= 17, mutants.size() + " mutants");
    for (String mutant : mutants) {
      assertFalse(
          ReadBack.compare(projection, here, JSON.readTree(mutant)).faithful(),
          () -> "survived: " + mutant);
    }
  }

  /** What lets packets of marked connections go on over the loopback, and errors about them. */
  @Test
  void whatIsOpenOnTheHostMustGoOn() throws Exception {
    JsonNode whole = render(projection, here).json();
    int lost = 0;
    for (int i = 0; i < whole.path("nftables").size(); i++) {
      JsonNode rule = whole.path("nftables").get(i).at("/add/rule");
      String text = rule.path("expr").toString();
      if (rule.path("chain").asText().equals("local")
          && text.contains("\"mark\"")
          && text.contains("\"accept\"")) {
        JsonNode broken = whole.deepCopy();
        ((ArrayNode) broken.path("nftables")).remove(i);
        assertFalse(ReadBack.compare(projection, here, broken).faithful(), rule.toString());
        lost++;
      }
    }
    assertEquals(2, lost);
  }

  @Test
  void hostsWithoutProcessesDoNotAsk() {
    for (Placement placement : Placement.all(projection.topology())) {
      boolean asks = render(projection, placement).text().contains("skuid");
      assertEquals(placement.equals(here), asks, placement.name());
    }
  }

  @Test
  void whoSendsIsResidueElsewhere() {
    Placement collector =
        new Placement.AtHost(
            projection.topology().hosts().get("collector@" + SharedHost.COLLECTOR));
    assertEquals(
        List.of("`push`: that only user 993 sends is enforced by host `box`, not by nftables"),
        Residue.of(projection, collector).stream().map(Residue::text).toList());
    assertTrue(Residue.of(projection, here).stream().noneMatch(r -> r.part() == Residue.Part.USER));
    assertTrue(
        Stream.of(projection.topology().routers().get("app"))
            .map(r -> Residue.of(projection, new Placement.AtRouter(r)))
            .anyMatch(l -> l.stream().anyMatch(r -> r.part() == Residue.Part.USER)));
  }
}
