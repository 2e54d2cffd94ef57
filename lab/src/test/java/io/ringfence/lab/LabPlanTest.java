package io.ringfence.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.model.Address;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Router;
import io.ringfence.model.Segment;
import io.ringfence.model.Topology;
import io.ringfence.model.testing.BlueprintGenerator;
import io.ringfence.model.testing.RagPlatform;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class LabPlanTest {
  private static final Pattern DEVICE = Pattern.compile("(?:dev|link set) ([\\w-]+)");

  private static LabPlan plan(Blueprint blueprint) {
    return LabPlan.of(blueprint, new LabOptions("test"));
  }

  @Test
  void everyAddressHasANamespaceOfItsOwn() {
    LabPlan plan = plan(RagPlatform.blueprint());
    assertEquals("web@10.20.0.10", plan.nodeAt(Address.parse("10.20.0.10")).get().name());
    assertEquals("web@fd00:20::a", plan.nodeAt(Address.parse("fd00:20::a")).get().name());
    assertEquals("internet", plan.nodeAt(Address.parse("192.0.2.53")).get().name());
    assertEquals(1 + 1 + 5 + 15, plan.nodes().size(), "backbone, internet, routers, hosts");
  }

  @Test
  void aPrivateEndpointLivesInTheSegmentWhoseNetworkHoldsIt() {
    LabPlan plan = plan(RagPlatform.blueprint());
    LabNode endpoint = plan.nodeAt(Address.parse("10.20.1.100")).orElseThrow();
    assertTrue(endpoint.facing("app").isPresent());
    assertTrue(endpoint.facing("vectordb").isEmpty());
  }

  @Test
  void noCableLeadsOutOfAPhysicalSegment() {
    LabPlan plan = plan(RagPlatform.blueprint());
    assertEquals(Set.of("lo", "vault"), plan.node("vault").orElseThrow().devices());
    assertTrue(plan.node("edge").orElseThrow().devices().contains("uplink"));
  }

  @Test
  void theSameBlueprintGivesTheSamePlan() {
    assertEquals(plan(ThreeTiers.blueprint()).digest(), plan(ThreeTiers.blueprint()).digest());
    assertFalse(
        plan(ThreeTiers.blueprint()).digest().equals(plan(RagPlatform.blueprint()).digest()));
  }

  @Test
  void theInternetHoldsWhatTheRulesNameAndWhatLiesJustBeyond() {
    List<Address> internet = plan(RagPlatform.blueprint()).node("internet").get().addresses();
    for (String address : List.of("198.51.100.1", "198.51.100.16", "192.0.2.53", "192.0.2.54")) {
      assertTrue(internet.contains(Address.parse(address)), address);
    }
    assertTrue(internet.contains(Address.parse("169.254.169.254")), "cloud metadata");
  }

  @Test
  void aNameHasAnAddressOfEachFamilyThatNothingElseHas() {
    LabPlan plan = plan(ThreeTiers.blueprint());
    List<Address> addresses = plan.names().get(ThreeTiers.NAME);
    assertEquals(2, addresses.size());
    assertEquals(2, new HashSet<>(addresses).size());
    assertTrue(addresses.stream().allMatch(a -> plan.nodeAt(a).get().name().equals("internet")));
  }

  @Test
  void theGatewayAnswersWhereverItListens() {
    List<Listener> own =
        plan(RagPlatform.blueprint()).listeners().stream()
            .filter(l -> l instanceof Listener.Greeter g && g.title().equals("gateway"))
            .toList();
    assertEquals(
        Set.of(
            "10.20.2.5 22",
            "10.20.2.5 6333",
            "10.20.2.5 6334",
            "10.20.1.100 22",
            "10.20.1.100 6333",
            "10.20.1.100 6334"),
        new HashSet<>(own.stream().map(r -> r.address() + " " + r.port()).toList()));
  }

  @Test
  void silentWorkloadsGetNoListeners() {
    LabOptions options = new LabOptions("test").withSilent(Set.of("qdrant"));
    assertTrue(
        LabPlan.of(RagPlatform.blueprint(), options).listeners().stream()
            .noneMatch(l -> l.address().startsWith("10.20.2.1")));
  }

  /** Cables and the model's topology are two accounts of the same thing. */
  @Test
  void waysLeadWhereTheTopologySaysTheyDo() {
    for (long seed = 1; seed <= 100; seed++) {
      Blueprint blueprint = new BlueprintGenerator(seed).next();
      Topology topology = new Topology(new Directory(blueprint));
      LabGraph graph = new LabGraph(blueprint, topology);
      for (Segment segment : blueprint.segments().values()) {
        List<String> out = topology.pathOut(segment);
        LabGraph.Node from = LabGraph.Node.segment(segment.name());
        assertEquals(
            out.contains(Blueprint.INTERNET),
            graph.next(from, LabGraph.Node.INTERNET).isPresent(),
            "seed " + seed + ": " + segment.name() + " to internet");
        for (Segment other : blueprint.segments().values()) {
          if (!other.equals(segment)) {
            assertEquals(
                out.contains("segment " + other.name()),
                graph.next(from, LabGraph.Node.segment(other.name())).isPresent(),
                "seed " + seed + ": " + segment.name() + " to " + other.name());
          }
        }
      }
    }
  }

  @Test
  void generatedBlueprintsGiveValidPlans() {
    for (long seed = 1; seed <= 100; seed++) {
      LabPlan plan = plan(new BlueprintGenerator(seed).next());
      Set<String> macs = new HashSet<>();
      for (LabNode node : plan.nodes()) {
        String where = "seed " + seed + ": " + node.name();
        assertTrue(node.devices().containsAll(namedDevices(node)), where);
        assertTrue(
            node.devices().stream().allMatch(d -> d.length() <= Router.INTERFACE_NAME_MAX), where);
        assertTrue(node.interfaces().stream().allMatch(i -> macs.add(i.mac())), where);
      }
    }
  }

  private static List<String> namedDevices(LabNode node) {
    return node.routing().stream()
        .flatMap(line -> DEVICE.matcher(line).results().map(m -> m.group(1)))
        .toList();
  }
}
