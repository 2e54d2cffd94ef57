package io.ringfence.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.cli.graph.TestingBlueprints;
import org.junit.jupiter.api.Test;

class SegmentationMatrixTest {
  private final SegmentationMatrix matrix = SegmentationMatrix.of(TestingBlueprints.ragPlatform());

  @Test
  void markdownReadsWell() {
    assertEquals(
        """
        | from \\ to | s0 | s1 | internet |
        |---|---|---|---|
        | **s0** | – | 80/tcp r1-0 | – |
        | **s1** | – | – | – |
        | **internet** | – | – |  |

        Rows open connections, columns accept them; a dash is denied. `*` under a condition only, \
        `→` one leg of a way through a gateway.
        """,
        SegmentationMatrix.of(TestingBlueprints.chain(2, 1)).toMarkdown());
  }

  @Test
  void cellsNamePortsRulesLegsAndConditions() {
    assertEquals("8080/tcp front", row("edge", "app"));
    assertEquals("6334/tcp search leg", row("app", "app"));
    assertEquals("6333/tcp lookup leg", row("app", "vectordb"));
    assertEquals(
        "6334/tcp ingest* leg; 6333/tcp operate* scrape leg; 22/tcp management",
        row("operations", "vectordb"));
    assertEquals("443/tcp public", row("internet", "edge"));
    assertEquals("443/tcp backups", row("vectordb", "internet"));
  }

  @Test
  void whatNoRulePermitsIsEmpty() {
    assertEquals("", row("internet", "vectordb"));
    assertEquals("", row("edge", "vectordb"));
    assertEquals("", row("edge", "edge"));
    for (SegmentationMatrix.Zone zone : matrix.zones()) {
      assertEquals("", row("vault", zone.name()));
      assertEquals("", row(zone.name(), "vault"));
    }
  }

  private String row(String from, String to) {
    SegmentationMatrix.Cell cell =
        matrix.rows().stream()
            .flatMap(r -> r.stream())
            .filter(c -> c.from().equals(from) && c.to().equals(to))
            .findFirst()
            .orElseThrow();
    StringBuilder out = new StringBuilder();
    for (SegmentationMatrix.Entry entry : cell.entries()) {
      out.append(out.isEmpty() ? "" : "; ").append(entry.ports());
      entry.grants().forEach(g -> out.append(' ').append(g.text()));
      out.append(entry.legs() ? " leg" : "");
    }
    return out.toString();
  }

  @Test
  void hostileNamesStayText() {
    SegmentationMatrix hostile = SegmentationMatrix.of(TestingBlueprints.hostile());
    assertFalse(hostile.toHtml().contains("<script"));
    assertFalse(hostile.toHtml().contains("<img"));
    assertTrue(hostile.toMarkdown().contains("\\<script\\>"));
    long columns = 5;
    hostile
        .toMarkdown()
        .lines()
        .filter(l -> l.startsWith("|"))
        .forEach(
            l ->
                assertEquals(
                    columns, l.replace("\\|", "").chars().filter(c -> c == '|').count(), l));
  }
}
