package io.ringfence.cli.report;

import io.ringfence.cli.graph.GraphNode;
import io.ringfence.cli.graph.GraphView;
import io.ringfence.cli.graph.GraphView.Pair;
import io.ringfence.cli.graph.SegmentGraph;
import io.ringfence.cli.graph.TestingBlueprints;
import io.ringfence.model.SourceLocation;
import io.ringfence.verifier.projection.NetworkProjection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reports as a demo would fill them. */
final class TestingReports {
  private TestingReports() {}

  static DemoReport ragPlatform() {
    NetworkProjection projection = TestingBlueprints.ragPlatform();
    SegmentGraph graph = SegmentGraph.of(projection);
    Set<Pair> open = GraphView.Open.everything(graph).reachable();
    return new DemoReport(
        new DemoReport.About(
            "rag-platform",
            "examples/rag-platform.yaml",
            "0.1.0",
            "Linux 6.12, nftables 1.0.9",
            "2026-01-01 12:00 UTC"),
        new DemoReport.Connectivity(open.size(), open.size(), true),
        new DemoReport.Connectivity(21, open.size(), true),
        graph,
        open,
        SegmentationMatrix.of(projection),
        findings(),
        guardrails(),
        blastBefore(graph),
        blastAfter(),
        attackBefore(),
        attackAfter(),
        kernel(),
        database(),
        residue(),
        next());
  }

  /** The same without root, with one guardrail violated. */
  static DemoReport withoutRoot() {
    DemoReport whole = ragPlatform();
    List<DemoReport.Guardrail> guardrails = new ArrayList<>(whole.guardrails());
    guardrails.set(
        1,
        new DemoReport.Guardrail(
            "no-exfiltration",
            "never from vectordb to internet, except backups",
            false,
            at(66),
            Optional.of("10.20.2.11 -> 203.0.113.7 443/tcp, permitted by telemetry")));
    return new DemoReport(
        whole.about(),
        whole.before(),
        new DemoReport.Connectivity(23, whole.before().pairs(), false),
        whole.graph(),
        whole.openBefore(),
        whole.matrix(),
        List.of(),
        guardrails,
        whole.blastBefore(),
        whole.blastAfter(),
        new DemoReport.Attack("web", List.of()),
        new DemoReport.Attack("web", List.of()),
        new DemoReport.Kernel.NotAsked(
            "Loading rules needs root; run `sudo ringfence demo` to see the kernel enforce them."),
        new DemoReport.Database("PostgreSQL 18.1 with pgvector", "no data", List.of()),
        List.of(),
        whole.next());
  }

  private static SourceLocation at(int line) {
    return new SourceLocation("examples/rag-platform.yaml", line, 5);
  }

  private static List<DemoReport.Finding> findings() {
    return List.of(
        new DemoReport.Finding(
            DemoReport.Severity.WARNING,
            "plaintext-into-micro",
            "rule `scrape` enters the micro segment `vectordb` without encryption; state"
                + " `encryption:`",
            at(55),
            Optional.of("10.20.3.5 -> 10.20.2.5 6333/tcp")),
        new DemoReport.Finding(
            DemoReport.Severity.NOTE,
            "management",
            "`bastion` reaches 8 workloads at 22/tcp by `management:`",
            at(30),
            Optional.of("10.20.3.2 -> 10.20.1.10 22/tcp")));
  }

  private static List<DemoReport.Guardrail> guardrails() {
    return List.of(
        proved("no-public-database", "never from internet to vectordb", 65),
        proved("no-exfiltration", "never from vectordb to internet, except backups", 66),
        proved("no-bypass", "only gateway reaches qdrant/rest and qdrant/grpc", 67),
        proved("tenants-apart", "no tenant reaches another's workloads or collections", 68),
        proved("contained", "a compromise of web stays within rag-api", 69),
        proved("air-gap", "no flow to or from vault", 70));
  }

  private static DemoReport.Guardrail proved(String name, String meaning, int line) {
    return new DemoReport.Guardrail(name, meaning, true, at(line), Optional.empty());
  }

  private static DemoReport.BlastRadius blastBefore(SegmentGraph graph) {
    Set<String> all =
        graph.nodes().stream()
            .map(GraphNode::id)
            .collect(Collectors.toCollection(java.util.TreeSet::new));
    all.remove("web");
    List<Pair> hops = all.stream().map(n -> new Pair("web", n)).toList();
    List<DemoReport.Reached> reached = new ArrayList<>();
    for (String node : all) {
      boolean outside = graph.node(node).orElseThrow().kind().outside();
      DemoReport.Kind kind = outside ? DemoReport.Kind.OUTSIDE : DemoReport.Kind.WORKLOAD;
      reached.add(
          new DemoReport.Reached(kind, node, List.of("web", node), "nothing is in the way"));
    }
    reached.add(
        new DemoReport.Reached(
            DemoReport.Kind.COLLECTION, "every collection", List.of("web", "qdrant"), "direct"));
    return new DemoReport.BlastRadius(
        "web", new GraphView.BlastRadius(false, Set.of("web"), all, Map.of(), hops), reached);
  }

  private static DemoReport.BlastRadius blastAfter() {
    GraphView.BlastRadius view =
        new GraphView.BlastRadius(
            true,
            Set.of("web"),
            Set.of("rag-api"),
            Map.of(
                "acme endpoint", List.of(),
                "gateway", List.of(),
                "qdrant", List.of("query only", "on acme-*")),
            List.of(
                new Pair("web", "rag-api"),
                new Pair("rag-api", "acme endpoint"),
                new Pair("gateway", "qdrant")));
    return new DemoReport.BlastRadius(
        "web",
        view,
        List.of(
            new DemoReport.Reached(
                DemoReport.Kind.WORKLOAD,
                "rag-api",
                List.of("web", "rag-api"),
                "rule front, 8080/tcp"),
            new DemoReport.Reached(
                DemoReport.Kind.COLLECTION,
                "acme-*",
                List.of("web", "rag-api", "gateway", "qdrant"),
                "rule search, query only")));
  }

  private static DemoReport.Attack attackBefore() {
    return new DemoReport.Attack(
        "web",
        List.of(
            step("scan", "open ports everywhere", List.of("web"), "41 services on 12 hosts"),
            step("pivot", "the API", List.of("web", "rag-api"), "22/tcp opens"),
            step("pivot", "the database", List.of("web", "qdrant"), "read 1,000 vectors"),
            step("spoof", "pass as rag-api", List.of("web", "qdrant"), "10.20.1.10 believed"),
            step("exfiltrate", "send 4 MiB out", List.of("web", "internet"), "all arrived"),
            step("exfiltrate over DNS", "names as data", List.of("web", "dns"), "leaked 2 KiB"),
            step("pivot", "management", List.of("web", "bastion"), "22/tcp open")));
  }

  private static DemoReport.Attack attackAfter() {
    return new DemoReport.Attack(
        "web",
        List.of(
            permitted("scan", "open ports everywhere", List.of("web"), "1 service on 1 host"),
            permitted("pivot", "the API", List.of("web", "rag-api"), "8080/tcp opens"),
            stopped("pivot", "the database", List.of("web", "qdrant"), "no-bypass"),
            stopped(
                "pivot",
                "the database, hop by hop",
                List.of("web", "rag-api", "qdrant"),
                "no-bypass"),
            stopped("spoof", "pass as rag-api", List.of("web", "qdrant"), "spoofed/edge"),
            stopped(
                "exfiltrate", "send 4 MiB out", List.of("web", "internet"), "default-deny/edge"),
            stopped(
                "exfiltrate over DNS", "names as data", List.of("web", "dns"), "default-deny/edge"),
            stopped("pivot", "management", List.of("web", "bastion"), "default-deny/operations")));
  }

  private static DemoReport.Step step(
      String technique, String aim, List<String> path, String outcome) {
    return new DemoReport.Step(
        technique, aim, path, DemoReport.Result.SUCCEEDED, outcome, Optional.empty());
  }

  private static DemoReport.Step permitted(
      String technique, String aim, List<String> path, String outcome) {
    return new DemoReport.Step(
        technique, aim, path, DemoReport.Result.AS_PERMITTED, outcome, Optional.empty());
  }

  private static DemoReport.Step stopped(
      String technique, String aim, List<String> path, String by) {
    return new DemoReport.Step(
        technique, aim, path, DemoReport.Result.STOPPED, "no answer", Optional.of(by));
  }

  private static DemoReport.Kernel kernel() {
    return new DemoReport.Kernel.Observed(
        "7",
        14,
        List.of(
            new DemoReport.Agreement("declared ports, IPv4", 1184, 1184),
            new DemoReport.Agreement("declared ports, IPv6", 96, 96),
            new DemoReport.Agreement("undeclared ports", 312, 312)),
        List.of(),
        List.of(
            new DemoReport.Counter("search", at(48), 1204, 184_302),
            new DemoReport.Counter("front", at(54), 96, 7_204),
            new DemoReport.Counter("public", at(55), 12, 720)),
        List.of(
            new DemoReport.Denied("no-public-database", "203.0.113.9 -> 10.20.2.11 6333/tcp", 24),
            new DemoReport.Denied("no-bypass", "10.20.1.10 -> 10.20.2.11 6334/tcp", 18),
            new DemoReport.Denied("default-deny/edge", "10.20.0.10 -> 203.0.113.7 443/tcp", 61)));
  }

  private static DemoReport.Database database() {
    return new DemoReport.Database(
        "PostgreSQL 18.1 with pgvector 0.8.1",
        "1,000 vectors of 64 dimensions in 2 collections",
        List.of(
            new DemoReport.Query(
                "rag-api through gateway",
                "SELECT id FROM acme_docs ORDER BY embedding <-> $1 LIMIT 5",
                true,
                new DemoReport.Answer(true, "5 rows"),
                new DemoReport.Answer(true, "5 rows")),
            new DemoReport.Query(
                "web, directly",
                "SELECT count(*) FROM acme_docs",
                false,
                new DemoReport.Answer(true, "1,000"),
                new DemoReport.Answer(false, "timed out")),
            new DemoReport.Query(
                "internet, directly",
                "SELECT version()",
                false,
                new DemoReport.Answer(true, "18.1"),
                new DemoReport.Answer(false, "timed out"))));
  }

  private static List<DemoReport.Residue> residue() {
    return List.of(
        new DemoReport.Residue("search", "role reader on acme-*", "gateway", false, at(48)),
        new DemoReport.Residue("lookup", "tenant globex, role reader", "gateway", false, at(49)),
        new DemoReport.Residue(
            "ingest",
            "when device.healthy && request.time.getHours() < 6",
            "gateway",
            false,
            at(50)));
  }

  private static List<DemoReport.NextStep> next() {
    return List.of(
        new DemoReport.NextStep(
            "Write a blueprint of your own deployment.",
            Optional.of("ringfence init --engine qdrant --tenants acme,globex")),
        new DemoReport.NextStep(
            "Prove it, and read every finding.", Optional.of("ringfence verify blueprint.yaml")),
        new DemoReport.NextStep(
            "Start with `mode: observe`, and see what enforcing would have blocked.",
            Optional.empty()));
  }

  /** Every text is an attempt to break out of it. */
  static DemoReport hostile() {
    String bad = "</td></style><script>alert('x')</script>\"><img src=x onerror=alert(1)>&amp;";
    NetworkProjection projection = TestingBlueprints.hostile();
    SegmentGraph graph = SegmentGraph.of(projection);
    SourceLocation at = new SourceLocation(bad, 1, 1);
    DemoReport.Answer answer = new DemoReport.Answer(true, bad);
    DemoReport.BlastRadius radius =
        new DemoReport.BlastRadius(
            bad,
            new GraphView.BlastRadius(true, Set.of(bad), Set.of(), Map.of(), List.of()),
            List.of(new DemoReport.Reached(DemoReport.Kind.COLLECTION, bad, List.of(bad), bad)));
    DemoReport.Attack attack =
        new DemoReport.Attack(
            bad,
            List.of(
                new DemoReport.Step(
                    bad, bad, List.of(bad), DemoReport.Result.SUCCEEDED, bad, Optional.of(bad))));
    return new DemoReport(
        new DemoReport.About(bad, bad, bad, bad, bad),
        new DemoReport.Connectivity(1, 1, true),
        new DemoReport.Connectivity(0, 1, true),
        graph,
        Set.of(),
        SegmentationMatrix.of(projection),
        List.of(new DemoReport.Finding(DemoReport.Severity.ERROR, bad, bad, at, Optional.of(bad))),
        List.of(new DemoReport.Guardrail(bad, bad, false, at, Optional.of(bad))),
        radius,
        radius,
        attack,
        attack,
        new DemoReport.Kernel.Observed(
            bad,
            1,
            List.of(new DemoReport.Agreement(bad, 2, 1)),
            List.of(bad),
            List.of(new DemoReport.Counter(bad, at, 1, 1)),
            List.of(new DemoReport.Denied(bad, bad, 1))),
        new DemoReport.Database(
            bad, bad, List.of(new DemoReport.Query(bad, bad, true, answer, answer))),
        List.of(new DemoReport.Residue(bad, bad, bad, false, at)),
        List.of(new DemoReport.NextStep(bad, Optional.of(bad))));
  }
}
