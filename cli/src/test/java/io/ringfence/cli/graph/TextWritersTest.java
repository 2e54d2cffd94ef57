package io.ringfence.cli.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextWritersTest {
  private final SegmentGraph small = SegmentGraph.of(TestingBlueprints.chain(2, 1));
  private final SegmentGraph rag = SegmentGraph.of(TestingBlueprints.ragPlatform());
  private final SegmentGraph hostile = SegmentGraph.of(TestingBlueprints.hostile());

  @Test
  void dotReadsWell() {
    assertEquals(
        """
        digraph "chain" {
          graph [rankdir=TB, fontname="Helvetica", fontsize=12, nodesep=0.4, ranksep=0.6];
          node [shape=box, style="rounded,filled", fillcolor="#f8fafc", color="#94a3b8",
            fontname="Helvetica", fontsize=11];
          edge [fontname="Helvetica", fontsize=9, color="#475569"];
          subgraph "cluster_s0" {
            label="s0 (vlan, observe)\\n10.0.0.0/16";
            style="rounded,filled"; color="#cbd5e1"; fillcolor="#eef4ff";
            "w0-0" [label="w0-0\\n10.0.0.1"];
          }
          subgraph "cluster_s1" {
            label="s1 (micro, observe)\\n10.1.0.0/16";
            style="rounded,filled"; color="#cbd5e1"; fillcolor="#eefaf3";
            "w1-0" [label="w1-0\\n10.1.0.1"];
          }
          "internet" [label="internet\\nevery address outside", shape=ellipse, style=filled];
          "w0-0" -> "w1-0" [label="r1-0 80/tcp"];
        }
        """,
        small.toDot());
  }

  @Test
  void mermaidReadsWell() {
    assertEquals(
        """
        flowchart TB
          subgraph s0["s0 (vlan, observe)"]
            n0["w0-0<br/>10.0.0.1"]
          end
          class s0 application
          subgraph s1["s1 (micro, observe)"]
            n1["w1-0<br/>10.1.0.1"]
          end
          class s1 database
          n2(["internet<br/>every address outside"])
          n0 -->|"r1-0 80/tcp"| n1
          classDef application fill:#eef4ff,stroke:#9db9ee,color:#1e293b
          classDef database fill:#eefaf3,stroke:#7fcaa0,color:#1e293b
          classDef management fill:#fdf6ea,stroke:#dcbf83,color:#1e293b
        """,
        small.toMermaid());
  }

  @Test
  void bothWriteEveryEdgeManagementIncluded() {
    int attachments = 1;
    int all = rag.edges().size() + attachments;
    assertEquals(all, rag.toDot().lines().filter(l -> l.contains(" -> ")).count());
    assertEquals(
        all, rag.toMermaid().lines().filter(l -> l.contains("-->|") || l.contains(" -.-")).count());
  }

  @Test
  void conditionalEdgesAreDashed() {
    assertTrue(rag.toDot().contains("\"etl\" -> \"gateway\" [label=\"ingest* 6334/tcp\""));
    assertEquals(2, rag.toDot().lines().filter(l -> l.contains("style=dashed]")).count());
    assertEquals(2, rag.toMermaid().lines().filter(l -> l.contains(" -.->|")).count());
  }

  @Test
  void hostileNamesStayText() {
    String mermaid = hostile.toMermaid();
    for (String bad : List.of("<script", "<img", "</style", "]]>", "&", "\\", "`")) {
      assertFalse(mermaid.contains(bad), bad);
    }
    String dot = hostile.toDot();
    assertTrue(dot.contains("\"cluster_a\\\"]; end -->\""));
    assertTrue(dot.lines().allMatch(l -> quotes(l) % 2 == 0), dot);
  }

  /** Quotes that no backslash precedes. */
  private static long quotes(String line) {
    return line.replace("\\\\", "").replace("\\\"", "").chars().filter(c -> c == '"').count();
  }
}
