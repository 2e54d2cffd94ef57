package io.ringfence.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.cli.graph.GraphEdge;
import io.ringfence.cli.graph.GraphNode;
import io.ringfence.cli.graph.SegmentGraph;
import io.ringfence.cli.output.Csv;
import io.ringfence.cli.output.Json;
import io.ringfence.cli.report.SegmentationMatrix;
import io.ringfence.cli.terminal.Style;
import io.ringfence.cli.terminal.Table;
import io.ringfence.verifier.projection.NetworkProjection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code graph}: segments, workloads and who may open flows to whom, drawn. */
@Command(
    name = "graph",
    description = "Draw segments, workloads and who may open flows to whom.",
    exitCodeList = {
      "0:drawn",
      "1:the blueprint is not valid, or the file cannot be written",
      "64:the command line is wrong"
    },
    footer = {
      "  ringfence graph                       # a table",
      "  ringfence graph --out segments.svg    # a picture",
      "  ringfence graph --out matrix.md       # segments against segments",
      "  ringfence graph -o dot | dot -Tpng > segments.png"
    })
final class GraphCommand implements Callable<Integer> {
  private final Shell shell;

  @Mixin private BlueprintParameters blueprint;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}; by default what the name after --out ends with.")
  private Optional<Format> output = Optional.empty();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Write to this file instead of standard output.")
  private Optional<String> file = Optional.empty();

  @Option(
      names = "--detail",
      paramLabel = "DETAIL",
      description =
          "${COMPLETION-CANDIDATES}: what a node is; by default segments once there are more than "
              + SegmentGraph.WORKLOADS_DRAWN_MAX
              + " workloads.")
  private Optional<Detail> detail = Optional.empty();

  private enum Format {
    TEXT(""),
    SVG(".svg"),
    DOT(".dot"),
    MERMAID(".mmd"),
    MD(".md"),
    CSV(".csv"),
    JSON(".json");

    private final String ending;

    Format(String ending) {
      this.ending = ending;
    }

    /** By the file's name; pictures when it says nothing. */
    static Format of(String file) {
      for (Format format : values()) {
        if (!format.ending.isEmpty() && file.endsWith(format.ending)) {
          return format;
        }
      }
      return file.endsWith(".gv") ? DOT : file.endsWith(".mermaid") ? MERMAID : SVG;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private enum Detail {
    WORKLOADS,
    SEGMENTS;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  GraphCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    LoadedBlueprint loaded = new BlueprintSource(shell).load(blueprint.names);
    NetworkProjection projection = new NetworkProjection(loaded.directory());
    SegmentGraph graph = graph(projection);
    switch (output.orElseGet(() -> file.map(Format::of).orElse(Format.TEXT))) {
      case TEXT -> print(graph);
      case SVG -> OutputFile.write(shell, file, graph.toSvg());
      case DOT -> OutputFile.write(shell, file, graph.toDot());
      case MERMAID -> OutputFile.write(shell, file, graph.toMermaid());
      case MD -> OutputFile.write(shell, file, SegmentationMatrix.of(projection).toMarkdown());
      case CSV -> OutputFile.write(shell, file, csv(graph));
      case JSON -> OutputFile.write(shell, file, json(graph).toPrettyString());
    }
    return ExitCode.OK;
  }

  private SegmentGraph graph(NetworkProjection projection) {
    return detail
        .map(d -> SegmentGraph.of(projection, SegmentGraph.Detail.valueOf(d.name())))
        .orElseGet(() -> SegmentGraph.of(projection));
  }

  private void print(SegmentGraph graph) {
    Table table = new Table("FROM", "", "TO", "PORTS", "RULES", "WAY");
    Map<Row, List<String>> rows = new LinkedHashMap<>();
    for (GraphEdge edge : graph.edges()) {
      rows.computeIfAbsent(row(edge), r -> new ArrayList<>()).add(edge.to());
    }
    rows.forEach(
        (row, to) ->
            table.row(
                row.from(), "->", String.join(", ", to), row.ports(), row.rules(), row.way()));
    table.print(shell.out(), "");
    if (graph.edges().stream().flatMap(e -> e.passages().stream()).anyMatch(p -> p.conditional())) {
      shell.out().line(shell.out().in(Style.DIM, "* under a condition, or with an approval"));
    }
  }

  /** Edges that differ in nothing but where they end are one row. */
  private record Row(String from, String ports, String rules, String way) {}

  private static Row row(GraphEdge edge) {
    return new Row(
        edge.from(),
        distinct(edge.passages().stream().map(GraphEdge.Passage::ports).toList()),
        distinct(edge.passages().stream().map(GraphCommand::rule).toList()),
        way(edge.kind()));
  }

  private static String way(GraphEdge.Kind kind) {
    return switch (kind) {
      case DIRECT -> "";
      case TO_GATEWAY -> "to gateway";
      case FROM_GATEWAY -> "from gateway";
      case EGRESS -> "egress";
      case MANAGEMENT -> "management";
      case RESOLVERS -> "names";
    };
  }

  private static String rule(GraphEdge.Passage passage) {
    return passage.rule() + (passage.conditional() ? "*" : "");
  }

  private static String distinct(List<String> words) {
    Set<String> once = new LinkedHashSet<>(words);
    return String.join(", ", once);
  }

  /** A line for each rule of each edge. */
  private static String csv(SegmentGraph graph) {
    StringBuilder out =
        new StringBuilder(
            Csv.line(List.of("from", "to", "ports", "rule", "kind", "conditional", "at")));
    for (GraphEdge edge : graph.edges()) {
      for (GraphEdge.Passage passage : edge.passages()) {
        out.append(
            Csv.line(
                List.of(
                    edge.from(),
                    edge.to(),
                    passage.ports(),
                    passage.rule(),
                    word(edge.kind()),
                    Boolean.toString(passage.conditional()),
                    passage.at().toString())));
      }
    }
    return out.toString();
  }

  private static ObjectNode json(SegmentGraph graph) {
    ObjectNode out = Json.object().put("name", graph.name());
    ArrayNode nodes = out.putArray("nodes");
    for (GraphNode node : graph.nodes()) {
      ObjectNode one = nodes.addObject().put("id", node.id()).put("kind", word(node.kind()));
      node.segment().ifPresent(s -> one.put("segment", s));
      node.gateway().ifPresent(g -> one.put("gateway", g));
      one.set("details", Json.strings(node.details()));
    }
    ArrayNode edges = out.putArray("edges");
    for (GraphEdge edge : graph.edges()) {
      ObjectNode one = edges.addObject().put("from", edge.from()).put("to", edge.to());
      one.put("kind", word(edge.kind()));
      ArrayNode passages = one.putArray("rules");
      for (GraphEdge.Passage passage : edge.passages()) {
        ObjectNode rule = passages.addObject().put("rule", passage.rule());
        rule.put("ports", passage.ports()).put("conditional", passage.conditional());
        rule.set("at", Json.location(passage.at()));
      }
    }
    return out;
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
