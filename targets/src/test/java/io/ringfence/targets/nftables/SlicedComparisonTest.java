package io.ringfence.targets.nftables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.PortSet;
import io.ringfence.model.testing.BlueprintGenerator;
import io.ringfence.model.testing.RagPlatform;
import io.ringfence.targets.nftables.read.NftablesReader;
import io.ringfence.targets.nftables.read.Reading;
import io.ringfence.targets.nftables.read.UnreadableException;
import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.flows.FlowSpace;
import io.ringfence.verifier.projection.NetworkProjection;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is compared slice by slice is what is compared at once. */
class SlicedComparisonTest {
  private static final int WHOLE = Integer.MAX_VALUE;
  private static final int SLICED = 6;
  private static final int BLUEPRINTS = 4;
  private static final int MUTANTS = 12;

  private static ReadBack compare(
      NetworkProjection projection, Placement at, JsonNode json, FlowSpace space, int rangesMax) {
    Reading reading = NftablesReader.read(json, NftablesRenderer.TABLE, space);
    if (!reading.problems().isEmpty()) {
      return new ReadBack(reading.problems(), List.of(), space.empty());
    }
    try {
      return new SlicedComparison(projection, at, reading, space).result(rangesMax);
    } catch (UnreadableException e) {
      return new ReadBack(List.of("cannot be followed"), List.of(), space.empty());
    }
  }

  private static List<Slice> slices(NetworkProjection projection, Placement at, int rangesMax) {
    return Slice.whole(Permitted.at(projection, at)).parts(rangesMax);
  }

  private static JsonNode rendered(NetworkProjection projection, Placement at) {
    return NftablesRenderer.render(projection, at, new Generation(5), Form.AS_DECLARED).json();
  }

  // --- The slices ---

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void everyFlowIsInOneSlice(long seed) {
    BlueprintGenerator generator = new BlueprintGenerator(seed);
    int cut = 0;
    for (int i = 0; i < BLUEPRINTS; i++) {
      NetworkProjection projection = new NetworkProjection(new Directory(generator.next()));
      for (Placement at : TestingBlueprint.placements(projection)) {
        List<Slice> slices = slices(projection, at, SLICED);
        FlowSpace space = FlowSpace.of(projection.directory());
        FlowSet all = space.empty();
        for (Slice slice : slices) {
          FlowSet part = space.box(slice.from(), slice.to(), PortSet.ALL);
          assertFalse(all.overlaps(part), () -> "seed " + seed + ", " + at.name());
          all = all.union(part);
        }
        assertEquals(space.all(), all, () -> "seed " + seed + ", " + at.name());
        cut += slices.size() > 1 ? 1 : 0;
      }
    }
    assertTrue(cut > 0);
  }

  /** What is permitted in a slice is what is permitted, as far as it lies there. */
  @Test
  void aSliceHasAllThatIsPermittedThere() {
    NetworkProjection projection = new NetworkProjection(new Directory(RagPlatform.blueprint()));
    for (Placement at : TestingBlueprint.placements(projection)) {
      Permitted all = Permitted.at(projection, at);
      FlowSpace space = FlowSpace.of(projection.directory());
      for (Slice slice : slices(projection, at, SLICED)) {
        FlowSet part = space.box(slice.from(), slice.to(), PortSet.ALL);
        assertEquals(space.of(all.across()).intersect(part), space.of(slice.permitted().across()));
        assertEquals(space.of(all.into()).intersect(part), space.of(slice.permitted().into()));
        assertEquals(space.of(all.outOf()).intersect(part), space.of(slice.permitted().outOf()));
      }
    }
  }

  @Test
  void atMostSoManyRangesAreComparedAtOnce() {
    NetworkProjection projection = estate();
    Placement at = TestingBlueprint.placement(projection, "between");
    int all = Slice.whole(Permitted.at(projection, at)).ranges();
    assertEquals(1, slices(projection, at, all).size());
    assertEquals(2, slices(projection, at, all - 1).size());
    for (int max : List.of(10, 40)) {
      slices(projection, at, max).forEach(s -> assertTrue(s.ranges() <= max, "" + s.ranges()));
    }
  }

  // --- The answers ---

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void theAnswerIsTheSameOfRulesetsAndOfBrokenOnes(long seed) {
    BlueprintGenerator generator = new BlueprintGenerator(seed);
    Random random = new Random(seed);
    int broken = 0;
    int unlike = 0;
    for (int i = 0; i < BLUEPRINTS; i++) {
      Blueprint blueprint = generator.next();
      NetworkProjection projection = new NetworkProjection(new Directory(blueprint));
      List<Placement> machines = TestingBlueprint.placements(projection);
      for (int j = 0; j < MUTANTS; j++) {
        Placement at = machines.get(random.nextInt(machines.size()));
        JsonNode json = rendered(projection, at);
        if (j > 0) {
          breakOne(json, random);
        }
        FlowSpace space = FlowSpace.of(projection.directory());
        ReadBack whole = compare(projection, at, json, space, WHOLE);
        ReadBack sliced = compare(projection, at, json, space, SLICED);
        assertEquals(whole, sliced, "seed " + seed + ", " + at.name());
        broken += whole.faithful() ? 0 : 1;
        unlike += slices(projection, at, SLICED).size() > 1 ? 1 : 0;
      }
    }
    assertTrue(broken >= BLUEPRINTS, "broken: " + broken);
    assertTrue(unlike > MUTANTS / 2, "in slices: " + unlike);
  }

  /** Changes one number or address by its lowest bit. */
  private static void breakOne(JsonNode json, Random random) {
    List<Runnable> changes = new ArrayList<>();
    json.path("nftables").forEach(c -> find(c.path("add"), changes));
    changes.get(random.nextInt(changes.size())).run();
  }

  private static void find(JsonNode node, List<Runnable> out) {
    switch (node) {
      case ObjectNode object ->
          object
              .fieldNames()
              .forEachRemaining(
                  name -> find(object.get(name), changed -> object.set(name, changed), out));
      case ArrayNode array -> {
        for (int i = 0; i < array.size(); i++) {
          int index = i;
          find(array.get(i), changed -> array.set(index, changed), out);
        }
      }
      default -> {}
    }
  }

  private static void find(JsonNode node, Consumer<JsonNode> change, List<Runnable> out) {
    if (node.isInt() && node.intValue() > 0) {
      out.add(() -> change.accept(IntNode.valueOf(node.intValue() ^ 1)));
    } else if (node.isTextual() && node.textValue().matches("\\d+\\.\\d+\\.\\d+\\.\\d+")) {
      out.add(() -> change.accept(TextNode.valueOf(near(node.textValue()))));
    } else {
      find(node, out);
    }
  }

  private static String near(String address) {
    int dot = address.lastIndexOf('.') + 1;
    return address.substring(0, dot) + (Integer.parseInt(address.substring(dot)) ^ 1);
  }

  // --- One bit, wherever ---

  /** A router between two segments, of addresses and prefixes. */
  private static NetworkProjection estate() {
    TestingBlueprint blueprint =
        new TestingBlueprint()
            .segment("a", "10.1.0.0/16")
            .segment("b", "10.2.0.0/16")
            .router("between", Map.of("a", "a0", "b", "b0"));
    for (int i = 1; i <= 30; i++) {
      blueprint
          .workload("a" + i, "a", "10.1." + i + ".2")
          .workload("b" + i, "b", "10.2." + i + ".2");
    }
    for (int i = 1; i <= 30; i++) {
      int port = 1000 + 2 * i;
      blueprint
          .permit("one" + i, "a" + i, "b" + (1 + i * 7 % 30), port + "/tcp")
          .permit("in" + i, (20 + i) + ".4.0.0/16", "b" + i, port + "-" + (port + 40) + "/udp")
          .permit("out" + i, "a" + i, (60 + i) + ".4.4.0/24", port + "/tcp");
    }
    return blueprint.projection();
  }

  /** Every element of every map in turn: each slice has some. */
  @Test
  void oneBitIsFoundInWhateverSliceItIs() {
    NetworkProjection projection = estate();
    Placement at = TestingBlueprint.placement(projection, "between");
    List<Slice> slices = slices(projection, at, 40);
    JsonNode json = rendered(projection, at);
    Set<Integer> met = new HashSet<>();
    int elements = 0;
    for (int command = 0; command < json.path("nftables").size(); command++) {
      int count = json.path("nftables").get(command).at("/add/element/elem").size();
      for (int element = 0; element < count; element++) {
        JsonNode broken = json.deepCopy();
        JsonNode key = broken.path("nftables").get(command).at("/add/element/elem").get(element);
        List<Runnable> changes = new ArrayList<>();
        find(key.path(0), changes);
        if (changes.isEmpty()) {
          continue;
        }
        changes.getLast().run();
        FlowSpace space = FlowSpace.of(projection.directory());
        ReadBack back = compare(projection, at, broken, space, 40);
        assertTrue(!back.faithful() || !key.toString().contains("rule/"), key.toString());
        elements += back.faithful() ? 0 : 1;
        back.differences().forEach(d -> met.addAll(meeting(d.flows(), slices)));
      }
    }
    assertTrue(elements >= 90, "elements: " + elements);
    assertEquals(slices.size(), met.size(), met + " of " + slices.size());
  }

  /**
   * A mark that only one slice's packets leave is a mark of what is permitted in the others too.
   */
  @Test
  void theMarksOfOneSliceAreKnownInAll() {
    NetworkProjection projection = estate();
    Placement at = TestingBlueprint.placement(projection, "between");
    JsonNode json = rendered(projection, at);
    int marked = 0;
    for (int i = 0; i < json.path("nftables").size(); i += 5) {
      JsonNode broken = json.deepCopy();
      JsonNode rule = broken.path("nftables").get(i).at("/add/rule");
      for (JsonNode statement : rule.path("expr")) {
        if (statement.at("/mangle/value/|").get(1) != null) {
          ((ArrayNode) statement.at("/mangle/value/|")).set(1, 0x00700000);
          FlowSpace space = FlowSpace.of(projection.directory());
          ReadBack whole = compare(projection, at, broken, space, WHOLE);
          assertEquals(whole, compare(projection, at, broken, space, 40), rule.toString());
          marked++;
        }
      }
    }
    assertTrue(marked > 10, "marked: " + marked);
  }

  private static List<Integer> meeting(FlowSet flows, List<Slice> slices) {
    List<Integer> out = new ArrayList<>();
    for (int i = 0; i < slices.size(); i++) {
      Slice slice = slices.get(i);
      FlowSet part = flows.space().box(slice.from(), slice.to(), PortSet.ALL);
      if (flows.overlaps(part)) {
        out.add(i);
      }
    }
    return out;
  }
}
