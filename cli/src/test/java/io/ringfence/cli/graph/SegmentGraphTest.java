package io.ringfence.cli.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SegmentGraphTest {
  private final SegmentGraph graph = SegmentGraph.of(TestingBlueprints.ragPlatform());

  private static String text(GraphEdge edge) {
    return edge.from()
        + " -> "
        + edge.to()
        + " "
        + edge.kind()
        + edge.passages().stream()
            .map(p -> " " + p.rule() + (p.conditional() ? "*" : "") + " " + p.ports())
            .reduce("", String::concat);
  }

  private Stream<String> edges(GraphEdge.Kind kind) {
    return graph.edges().stream().filter(e -> e.kind() == kind).map(SegmentGraphTest::text);
  }

  @Test
  void directRulesAreEdgesBetweenTheirEnds() {
    assertEquals(
        List.of(
            "qdrant -> qdrant DIRECT peers 6335/tcp",
            "web -> rag-api DIRECT front 8080/tcp",
            "internet -> web DIRECT public 443/tcp",
            "198.51.100.0/28 -> bastion DIRECT jump 22/tcp"),
        edges(GraphEdge.Kind.DIRECT).toList());
  }

  @Test
  void wayThroughGatewayIsTwoLegsAndNoDirectEdge() {
    assertEquals(
        List.of(
            "rag-api -> acme endpoint TO_GATEWAY search 6334/tcp",
            "globex-api -> gateway TO_GATEWAY lookup 6333/tcp",
            "etl -> gateway TO_GATEWAY ingest* 6334/tcp",
            "bastion -> gateway TO_GATEWAY operate* 6333/tcp",
            "prometheus -> gateway TO_GATEWAY scrape 6333/tcp"),
        edges(GraphEdge.Kind.TO_GATEWAY).toList());
    assertEquals(
        List.of(
            "gateway -> qdrant FROM_GATEWAY search 6334/tcp lookup 6333/tcp ingest* 6334/tcp"
                + " operate* 6333/tcp scrape 6333/tcp"),
        edges(GraphEdge.Kind.FROM_GATEWAY).toList());
  }

  @Test
  void egressLeadsToNamesAndPrefixes() {
    assertEquals(
        List.of(
            "qdrant -> s3.eu-central-1.amazonaws.com EGRESS backups 443/tcp",
            "dns -> 192.0.2.53/32 EGRESS upstream-dns 53/udp"),
        edges(GraphEdge.Kind.EGRESS).toList());
  }

  @Test
  void managementReachesEveryOtherWorkload() {
    assertEquals(8, edges(GraphEdge.Kind.MANAGEMENT).count());
    assertTrue(edges(GraphEdge.Kind.MANAGEMENT).noneMatch(e -> e.startsWith("bastion -> bastion")));
  }

  @Test
  void edgeIsConditionalWhenEveryRuleOnItIs() {
    List<String> conditional =
        graph.edges().stream().filter(GraphEdge::conditional).map(SegmentGraphTest::text).toList();
    assertEquals(
        List.of(
            "etl -> gateway TO_GATEWAY ingest* 6334/tcp",
            "bastion -> gateway TO_GATEWAY operate* 6333/tcp"),
        conditional);
  }

  @Test
  void privateEndpointStandsInItsOwnSegment() {
    GraphNode endpoint = graph.node("acme endpoint").orElseThrow();
    assertEquals("app", endpoint.segment().orElseThrow());
    assertEquals("gateway", endpoint.gateway().orElseThrow());
  }

  @Test
  void everyEdgeEndsAtNodes() {
    for (GraphEdge edge : graph.edges()) {
      assertTrue(graph.node(edge.from()).isPresent(), text(edge));
      assertTrue(graph.node(edge.to()).isPresent(), text(edge));
    }
  }

  @Test
  void foldedGraphHasOneNodeForEachSegmentWithWorkloads() {
    SegmentGraph folded =
        SegmentGraph.of(TestingBlueprints.ragPlatform(), SegmentGraph.Detail.SEGMENTS);
    assertEquals(
        List.of("edge", "app", "vectordb", "operations"),
        folded.zones().stream().flatMap(z -> z.nodes().stream()).map(GraphNode::id).toList());
    assertTrue(
        folded.edges().stream()
            .map(SegmentGraphTest::text)
            .anyMatch("edge -> app DIRECT front 8080/tcp"::equals));
  }

  @Test
  void manyWorkloadsAreFoldedByThemselves() {
    int max = SegmentGraph.WORKLOADS_DRAWN_MAX;
    assertEquals(max, nodes(TestingBlueprints.chain(2, max / 2)));
    assertEquals(2, nodes(TestingBlueprints.chain(2, max / 2 + 1)));
  }

  private static long nodes(io.ringfence.verifier.projection.NetworkProjection projection) {
    return SegmentGraph.of(projection).zones().stream().mapToLong(z -> z.nodes().size()).sum();
  }

  @Test
  void openViewPairsEverythingButTwoPlacesOutside() {
    GraphView.Open open = GraphView.Open.everything(graph);
    assertTrue(open.reachable().contains(new GraphView.Pair("internet", "qdrant")));
    assertFalse(open.reachable().contains(new GraphView.Pair("internet", "198.51.100.0/28")));
    int inside = 10;
    int outside = 4;
    assertEquals(inside * (inside - 1) + 2 * inside * outside, open.reachable().size());
  }
}
