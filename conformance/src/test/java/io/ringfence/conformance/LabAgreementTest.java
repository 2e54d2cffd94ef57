package io.ringfence.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.decision.Authorizer;
import io.ringfence.lab.AttackReport;
import io.ringfence.lab.AttackReport.Disguise;
import io.ringfence.lab.AttackReport.Leak;
import io.ringfence.lab.Lab;
import io.ringfence.lab.LabOptions;
import io.ringfence.lab.ProbeReport;
import io.ringfence.lab.Progress;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Flow;
import io.ringfence.model.Mode;
import io.ringfence.model.Place;
import io.ringfence.model.Segment;
import io.ringfence.model.SourceLocation;
import io.ringfence.model.Verdict;
import io.ringfence.model.testing.BlueprintGenerator;
import io.ringfence.model.testing.Feature;
import io.ringfence.model.testing.RagPlatform;
import io.ringfence.targets.nftables.Form;
import io.ringfence.targets.nftables.Generation;
import io.ringfence.targets.nftables.NftablesRenderer;
import io.ringfence.targets.nftables.Placement;
import io.ringfence.verifier.projection.NetworkProjection;
import io.ringfence.verifier.reach.BlastRadius;
import io.ringfence.verifier.reach.CompromiseSpread;
import io.ringfence.verifier.subject.Subject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Real kernels, each with its rendered artifact, do what the model says: on every pair of
 * addresses, at every declared port and beyond.
 */
@Tag("kernel")
class LabAgreementTest {
  private static final int SHOWN_MAX = 20;

  @TempDir Path state;

  @BeforeEach
  void kernel() {
    Lab.unavailable().ifPresent(why -> System.out.println("LabAgreementTest is skipped: " + why));
    Assumptions.assumeTrue(Lab.unavailable().isEmpty());
  }

  private Lab up(Blueprint blueprint) {
    // Of this process alone: the same tests may run twice on one machine.
    String id = "agree" + Long.toString(ProcessHandle.current().pid(), 36);
    LabOptions options = new LabOptions(id).withStateDirectory(state);
    return Lab.up(blueprint, options, Progress.NONE);
  }

  private static Map<String, String> artifacts(Blueprint blueprint, Form form) {
    NetworkProjection projection = new NetworkProjection(new Directory(blueprint));
    Stream<Placement> hosts =
        projection.topology().hosts().values().stream().map(Placement.AtHost::new);
    Stream<Placement> routers =
        projection.topology().routers().values().stream().map(Placement.AtRouter::new);
    Map<String, String> out = new TreeMap<>();
    Stream.concat(hosts, routers)
        .forEach(
            p ->
                out.put(
                    p.name(),
                    NftablesRenderer.render(projection, p, new Generation(1), form)
                        .json()
                        .toString()));
    return out;
  }

  private static void assertAgrees(String what, ProbeReport report) {
    List<String> texts =
        report.disagreements().stream()
            .limit(SHOWN_MAX)
            .map(ProbeReport.Disagreement::text)
            .toList();
    assertEquals(List.of(), texts, what + ": " + report.disagreements().size() + " of them");
    assertEquals(report.permitted(), report.reached(), what);
  }

  /** Before: everything that has a way. After: exactly what the model permits. */
  private void assertAgreesBeforeAndAfter(Blueprint blueprint) {
    try (Lab lab = up(blueprint)) {
      assertAgrees(blueprint.name() + ", open", lab.probe(f -> OPEN, Progress.NONE));
      lab.enforce(artifacts(blueprint, Form.ENFORCING), Progress.NONE);
      Function<Flow, Verdict> model = new Authorizer(new Directory(blueprint))::decide;
      assertAgrees(blueprint.name() + ", enforced", lab.probe(model, Progress.NONE));
    }
  }

  private static final Verdict OPEN =
      Verdict.permit("nothing is enforced", SourceLocation.BUILT_IN, List.of());

  @Test
  void theRagPlatform() {
    assertAgreesBeforeAndAfter(RagPlatform.blueprint());
  }

  /** Without guardrails: a blueprint whose rules break one is refused and never rendered. */
  @ParameterizedTest
  @ValueSource(
      longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23})
  void generatedBlueprints(long seed) {
    assertAgreesBeforeAndAfter(new BlueprintGenerator(seed).without(Feature.GUARDRAILS).next());
  }

  /** Defence in depth: hosts alone block all, routers alone what crosses them. */
  @Test
  void hostsAloneSuffice() {
    Blueprint blueprint = RagPlatform.blueprint();
    try (Lab lab = up(blueprint)) {
      Map<String, String> hosts = artifacts(blueprint, Form.ENFORCING);
      hosts.keySet().removeIf(name -> !name.contains("@"));
      lab.enforce(hosts, Progress.NONE);
      Function<Flow, Verdict> model = new Authorizer(new Directory(blueprint))::decide;
      assertAgrees("hosts alone", lab.probe(model, Progress.NONE));
    }
  }

  @Test
  void routersAloneSufficeBetweenSegments() {
    Blueprint blueprint = RagPlatform.blueprint();
    Directory directory = new Directory(blueprint);
    try (Lab lab = up(blueprint)) {
      Map<String, String> routers = artifacts(blueprint, Form.ENFORCING);
      routers.keySet().removeIf(name -> name.contains("@"));
      lab.enforce(routers, Progress.NONE);
      Authorizer authorizer = new Authorizer(directory);
      Function<Flow, Verdict> model =
          f ->
              directory.segmentAt(f.source()).equals(directory.segmentAt(f.destination()))
                  ? OPEN
                  : authorizer.decide(f);
      assertAgrees("routers alone", lab.probe(model, Progress.NONE));
    }
  }

  /** {@code mode: observe}: a denied flow is dropped if either end's segment enforces. */
  @Test
  void whatOnlyObservingSegmentsArePartyToPasses() {
    Blueprint blueprint = observing(RagPlatform.blueprint(), "edge", "app");
    Directory directory = new Directory(blueprint);
    Authorizer authorizer = new Authorizer(directory);
    Function<Flow, Verdict> model =
        f ->
            enforces(directory.segmentAt(f.source()))
                    || enforces(directory.segmentAt(f.destination()))
                ? authorizer.decide(f)
                : OPEN;
    try (Lab lab = up(blueprint)) {
      lab.enforce(artifacts(blueprint, Form.AS_DECLARED), Progress.NONE);
      assertAgrees("observing", lab.probe(model, Progress.NONE));
    }
  }

  private static boolean enforces(Optional<Segment> segment) {
    return segment.filter(s -> s.mode() == Mode.ENFORCE).isPresent();
  }

  private static Blueprint observing(Blueprint b, String... segments) {
    Map<String, Segment> changed = new TreeMap<>(b.segments());
    for (String name : segments) {
      Segment s = b.segments().get(name);
      changed.put(
          name,
          new Segment(
              name,
              s.tier(),
              s.networks(),
              s.isolation(),
              s.vlan(),
              s.vni(),
              Mode.OBSERVE,
              s.at()));
    }
    return new Blueprint(
        b.name(),
        changed,
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
        b.routers(),
        b.links());
  }

  /** The breach that is played goes exactly as far as the one that is computed. */
  @ParameterizedTest
  @ValueSource(strings = {"web", "qdrant", "etl", "bastion"})
  void anIntruderGetsAsFarAsTheBlastRadiusSays(String start) {
    Blueprint blueprint = RagPlatform.blueprint();
    BlastRadius radius =
        new CompromiseSpread(new Subject(new Directory(blueprint)))
            .from(new Place.OfWorkload(start));
    try (Lab lab = up(blueprint)) {
      lab.enforce(artifacts(blueprint, Form.ENFORCING), Progress.NONE);
      AttackReport report = lab.attack(start, Progress.NONE);
      assertTrue(report.complete());
      assertEquals(new TreeSet<>(radius.workloads()), new TreeSet<>(report.compromised()));
      assertEquals(
          !radius.gateways().isEmpty(), !report.throughGateways().isEmpty(), "through gateways");
      if (radius.destinations().isEmpty()) {
        assertEquals(List.of(), report.leaks().stream().map(Leak::text).toList());
      }
    }
  }

  /** Neither the sender's own filter nor, past it, the router of its segment lets a forgery by. */
  @Test
  void forgedSourcesDoNotArrive() {
    Blueprint blueprint = RagPlatform.blueprint();
    try (Lab lab = up(blueprint)) {
      AttackReport open = lab.attack("rag-api", Progress.NONE);
      lab.enforce(artifacts(blueprint, Form.ENFORCING), Progress.NONE);
      AttackReport enforced = lab.attack("rag-api", Progress.NONE);
      for (Disguise disguise : List.of(Disguise.THROUGH_OWN_FILTER, Disguise.PAST_OWN_FILTER)) {
        assertTrue(arrived(open, disguise) > 100, "before, " + disguise);
        assertEquals(0, arrived(enforced, disguise), "after, " + disguise);
      }
    }
  }

  private static int arrived(AttackReport report, Disguise disguise) {
    return report.forgeries().stream()
        .filter(f -> f.disguise() == disguise)
        .mapToInt(AttackReport.Forgery::arrived)
        .sum();
  }
}
