package io.ringfence.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.model.testing.RagPlatform;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The hosts and routers there are, and which routers a flow crosses. */
class TopologyTest {
  private static final SourceLocation AT = new SourceLocation("t.yaml", 1, 1);
  private final Topology assumed = topology(List.of(), Map.of());

  private static Topology topology(List<Link> links, Map<String, Router> routers) {
    Blueprint b = RagPlatform.blueprint();
    return new Topology(
        new Directory(
            new Blueprint(
                b.name(),
                b.segments(),
                b.workloads(),
                b.resolvers(),
                b.management(),
                b.tenants(),
                b.roles(),
                b.gateways(),
                b.access(),
                b.egress(),
                b.guardrails(),
                b.tests(),
                b.hosts(),
                routers,
                links)));
  }

  @Test
  void eachAddressIsAHostAndEachSegmentHasARouter() {
    assertEquals(15, assumed.hosts().size());
    assertTrue(assumed.hosts().containsKey("gateway@10.20.1.100"), "a private endpoint too");
    assertEquals(
        List.of("edge", "app", "vectordb", "operations", "vault"),
        List.copyOf(assumed.routers().keySet()));
  }

  @ParameterizedTest
  @CsvSource({
    "edge, app, 'app, edge'",
    "app, edge, 'app, edge'",
    "edge, , edge",
    ", edge, edge",
    "edge, edge, ''",
  })
  void onTheBackboneAFlowMeetsTheRoutersOfItsEnds(String from, String to, String routers) {
    assertEquals(routers, crossed(assumed, from, to));
  }

  @Test
  void declaredLinksAreTheOnlyOnes() {
    Topology chain =
        topology(
            List.of(
                new Link("internet", "edge", AT),
                new Link("edge", "app", AT),
                new Link("app", "vectordb", AT),
                new Link("app", "spur", AT)),
            Map.of("spur", new Router("spur", Map.of(), List.of(), AT)));
    assertEquals("app, edge, vectordb", crossed(chain, null, "vectordb"));
    assertEquals("app, vectordb", crossed(chain, "app", "vectordb"));
    assertEquals("", crossed(chain, "edge", "operations"), "no link, no way");
    assertEquals(List.of(), chain.pathOut(segment("vault")), "physical: no path over the links");
    assertEquals(3, chain.pathOut(segment("vectordb")).size());
  }

  @Test
  void aRingIsCrossedBothWaysRound() {
    Topology ring =
        topology(
            List.of(
                new Link("edge", "app", AT),
                new Link("app", "vectordb", AT),
                new Link("vectordb", "operations", AT),
                new Link("operations", "edge", AT)),
            Map.of());
    assertEquals("app, edge, operations, vectordb", crossed(ring, "edge", "vectordb"));
  }

  private static Segment segment(String segment) {
    return RagPlatform.blueprint().segments().get(segment);
  }

  private static String crossed(Topology topology, String from, String to) {
    Map<String, Segment> segments = RagPlatform.blueprint().segments();
    Stream<Router> all = topology.routers().values().stream();
    return all.filter(
            r ->
                topology.crosses(
                    r,
                    Optional.ofNullable(from).map(segments::get),
                    Optional.ofNullable(to).map(segments::get)))
        .map(Router::name)
        .sorted()
        .collect(Collectors.joining(", "));
  }
}
