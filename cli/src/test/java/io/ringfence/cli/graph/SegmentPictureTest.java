package io.ringfence.cli.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.cli.graph.Drawing.Box;
import io.ringfence.cli.graph.GraphView.Pair;
import io.ringfence.model.Directory;
import io.ringfence.model.testing.BlueprintGenerator;
import io.ringfence.verifier.projection.NetworkProjection;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class SegmentPictureTest {
  private static final long SEED = 20260101;

  static Stream<NetworkProjection> projections() {
    BlueprintGenerator generator = new BlueprintGenerator(SEED);
    Stream<NetworkProjection> generated =
        Stream.generate(() -> new NetworkProjection(new Directory(generator.next()))).limit(12);
    Stream<NetworkProjection> made =
        Stream.of(
            TestingBlueprints.ragPlatform(),
            TestingBlueprints.hostile(),
            TestingBlueprints.chain(1, 1),
            TestingBlueprints.chain(5, 6));
    return Stream.concat(made, generated);
  }

  @ParameterizedTest
  @MethodSource("projections")
  void nothingOverlaps(NetworkProjection projection) {
    SegmentPicture picture = new SegmentPicture(SegmentGraph.of(projection));
    Drawing drawing = picture.drawing();
    apart(drawing.tiers(), List.of());
    apart(drawing.zones(), List.of());
    List<Box> labels = drawing.routes().stream().map(Drawing.Route::label).toList();
    apart(drawing.nodes(), labels);
  }

  private static void apart(Map<String, Box> named, List<Box> others) {
    List<Box> all = new ArrayList<>(named.values());
    all.addAll(others);
    for (int i = 0; i < all.size(); i++) {
      for (int j = 0; j < i; j++) {
        assertFalse(overlap(all.get(i), all.get(j)), all.get(i) + " over " + all.get(j));
      }
    }
  }

  private static boolean overlap(Box a, Box b) {
    double hair = 0.01;
    return a.x() + a.width() > b.x() + hair
        && b.x() + b.width() > a.x() + hair
        && a.y() + a.height() > b.y() + hair
        && b.y() + b.height() > a.y() + hair;
  }

  @ParameterizedTest
  @MethodSource("projections")
  void nodesLieInTheirSegmentsBelowItsHeading(NetworkProjection projection) {
    SegmentGraph graph = SegmentGraph.of(projection);
    Drawing drawing = new SegmentPicture(graph).drawing();
    for (SegmentGraph.Zone zone : graph.zones()) {
      Box outer = drawing.zones().get(zone.name());
      for (GraphNode node : zone.nodes()) {
        Box inner = drawing.nodes().get(node.id());
        assertTrue(inner.y() >= outer.y() + SvgMetrics.ZONE_HEAD - 1, node.id());
        assertTrue(inner.x() >= outer.x(), node.id());
        assertTrue(inner.x() + inner.width() <= outer.x() + outer.width(), node.id());
        assertTrue(inner.y() + inner.height() <= outer.y() + outer.height(), node.id());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("projections")
  void everyViewIsWellFormedAndNamed(NetworkProjection projection) throws Exception {
    SegmentGraph graph = SegmentGraph.of(projection);
    SegmentPicture picture = new SegmentPicture(graph);
    for (GraphView view : views(graph)) {
      Document svg = parsed(picture.toSvg(view));
      assertEquals("svg", svg.getDocumentElement().getTagName());
      assertEquals("img", svg.getDocumentElement().getAttribute("role"));
      assertEquals(
          "title", svg.getDocumentElement().getElementsByTagName("*").item(0).getNodeName());
      assertEquals(0, svg.getElementsByTagName("script").getLength());
      assertEquals(0, svg.getElementsByTagName("img").getLength());
      parsed(picture.toFragment(view).toString());
    }
  }

  private static List<GraphView> views(SegmentGraph graph) {
    List<String> ids = graph.nodes().stream().map(GraphNode::id).toList();
    Pair hop = new Pair(ids.getFirst(), ids.getLast());
    return List.of(
        new GraphView.Permitted(),
        GraphView.Open.everything(graph),
        new GraphView.Open(Set.of(new Pair("nobody", "knows"))),
        new GraphView.BlastRadius(
            true,
            Set.of(hop.from()),
            Set.of(),
            Map.of(hop.to(), List.of("query only")),
            List.of(hop, new Pair("nobody", "knows"))),
        new GraphView.BlastRadius(
            false, Set.of(hop.from()), Set.copyOf(ids), Map.of(), List.of(hop, hop)));
  }

  private static Document parsed(String xml) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    return factory.newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
  }

  @Test
  void sameGraphIsTheSamePicture() {
    String once = SegmentGraph.of(TestingBlueprints.ragPlatform()).toSvg();
    for (int i = 0; i < 3; i++) {
      assertEquals(once, SegmentGraph.of(TestingBlueprints.ragPlatform()).toSvg());
    }
  }

  @Test
  void pictureOfTheExampleFitsOnAPage() {
    Drawing drawing =
        new SegmentPicture(SegmentGraph.of(TestingBlueprints.ragPlatform())).drawing();
    assertTrue(drawing.width() < 1200, "width " + drawing.width());
    assertTrue(drawing.height() < 1400, "height " + drawing.height());
  }

  @Test
  void headingsOfTheExampleAreCrossedByNoEdge() {
    SegmentGraph graph = SegmentGraph.of(TestingBlueprints.ragPlatform());
    Drawing drawing = new SegmentPicture(graph).drawing();
    for (SegmentGraph.Zone zone : graph.zones()) {
      Box box = drawing.zones().get(zone.name());
      SvgHeading heading = SvgHeading.of(zone);
      double x = heading.place(box, SvgMetrics.ZONE_HEAD, drawing);
      Box words = new Box(x, box.y() + 8, heading.width(), SvgMetrics.ZONE_HEAD - 14);
      drawing.routes().forEach(r -> assertFalse(crosses(r, words), zone.name()));
    }
  }

  private static boolean crosses(Drawing.Route route, Box box) {
    for (int i = 1; i < route.points().size(); i++) {
      Drawing.Point a = route.points().get(i - 1);
      Drawing.Point b = route.points().get(i);
      Box line =
          new Box(
              Math.min(a.x(), b.x()),
              Math.min(a.y(), b.y()),
              Math.abs(a.x() - b.x()) + 0.1,
              Math.abs(a.y() - b.y()) + 0.1);
      if (overlap(line, box)) {
        return true;
      }
    }
    return false;
  }

  @Test
  void blastRadiusShowsWhatFell() {
    SegmentGraph graph = SegmentGraph.of(TestingBlueprints.ragPlatform());
    GraphView view =
        new GraphView.BlastRadius(
            true,
            Set.of("web"),
            Set.of("rag-api"),
            Map.of("qdrant", List.of("query only")),
            List.of(new Pair("web", "rag-api")));
    String svg = new SegmentPicture(graph).toFragment(view).toString();
    assertEquals(2, svg.split("rf-node-start", -1).length - 1, "one node, one legend");
    assertEquals(2, svg.split("rf-node-reached", -1).length - 1, "one node, one legend");
    assertTrue(svg.contains("query only"));
    assertTrue(svg.contains("Compromised: web. Reached from there: rag-api."));
  }
}
