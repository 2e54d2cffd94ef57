package io.ringfence.cli.demo;

import io.ringfence.agent.KernelTable;
import io.ringfence.cli.compile.CompiledState;
import io.ringfence.cli.report.DemoReport;
import io.ringfence.decision.Authorizer;
import io.ringfence.gateway.audit.AuditRecord;
import io.ringfence.lab.AttackReport;
import io.ringfence.lab.Lab;
import io.ringfence.lab.ProbeReport;
import io.ringfence.lab.engine.NamespaceRunner;
import io.ringfence.lab.engine.RealEngine;
import io.ringfence.model.AccessRule;
import io.ringfence.model.Address;
import io.ringfence.model.Flow;
import io.ringfence.model.Gateway;
import io.ringfence.model.SourceLocation;
import io.ringfence.model.Verdict;
import io.ringfence.model.Workload;
import io.ringfence.verifier.projection.NetworkProjection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The kernel's part: one lab with a real database, attacked and asked before and after. */
final class Rehearsal {
  private static final int GENERATION = 1;
  private static final String RULE_CHAIN = "rule/";

  private final Story story;
  private final NetworkProjection projection;
  private final Map<String, CompiledState> states;
  private final RealEngine engine;
  private final Gateway gateway;
  private final String start;

  /**
   * @param states what each host and router is to enforce, by its name
   * @param start the workload that is broken into
   */
  Rehearsal(
      Story story,
      NetworkProjection projection,
      Map<String, CompiledState> states,
      RealEngine engine,
      Gateway gateway,
      String start) {
    this.story = story;
    this.projection = projection;
    this.states = new TreeMap<>(states);
    this.engine = engine;
    this.gateway = gateway;
    this.start = start;
  }

  /** What was seen at one of the two times. */
  record Seen(AttackReport attack, List<DemoReport.Answer> answers, ProbeReport probe) {}

  /** All that was seen. */
  record Outcome(
      Seen before,
      Seen after,
      List<DemoReport.Query> queries,
      String server,
      String holds,
      DemoReport.Kernel.Observed kernel,
      List<String> unfaithful) {}

  Outcome play(Lab lab, Path work) throws Exception {
    Address database = databaseAddress();
    story.chapter("Before: nothing is enforced");
    var up = Story.timed(() -> startDatabase(lab, database, work));
    story.good(
        "%s runs inside the lab at %s and holds %s (%s)"
            .formatted(up.value(), database, holds(), up.seconds()));
    try (LabGateway served = startGateway(lab, work)) {
      return play(
          lab, new Questions(lab, engine, projection, database, served), up.value(), served);
    }
  }

  /** The gateway at its place. */
  private LabGateway startGateway(Lab lab, Path work) throws Exception {
    Path folder = work.resolve("gateway");
    LabGateway out =
        LabGateway.start(lab, projection.directory(), gateway, engine.gatewayLogin(), folder);
    story.good(
        "the gateway `"
            + gateway.name()
            + "` stands in front of it, with certificates and tokens made for this run");
    story.note(
        "the packaged server speaks no TLS, so that the gateway's leg to it is in the clear");
    return out;
  }

  private Outcome play(Lab lab, Questions questions, String server, LabGateway served)
      throws Exception {
    Seen before = look(lab, questions, flow -> permitAll());
    tell(before, questions);

    story.chapter("Enforce: one nftables table for every host and router");
    List<String> unfaithful = enforce(lab);

    story.chapter("After: the same breach, the same questions");
    try (DeniedLog log = new DeniedLog(lab)) {
      Seen after = look(lab, questions, new Authorizer(projection.directory())::decide);
      tell(after, questions);
      agreement(after.probe());
      List<String> unsound = new ArrayList<>(unfaithful);
      unsound.addAll(record(served.end()));
      return new Outcome(
          before,
          after,
          questions.queries(before.answers(), after.answers()),
          server,
          holds(),
          observed(lab, after.probe(), log),
          unsound);
    }
  }

  /** What the gateway recorded: one of each verdict, and whether all is as it was written. */
  private List<String> record(LabGateway.Told told) {
    story.chapter("The gateway's record");
    for (boolean permitted : new boolean[] {true, false}) {
      List<AuditRecord.Decided> those =
          told.decisions().stream().filter(d -> d.permitted() == permitted).toList();
      story.plain(
          "%s, %d times; one of them: %s"
              .formatted(
                  permitted ? "permitted" : "denied",
                  those.size(),
                  those.isEmpty() ? "none" : text(those.getLast())));
    }
    if (told.problems().isEmpty()) {
      story.good("the log is as it was written, record by record");
    }
    told.problems().forEach(story::bad);
    return told.problems();
  }

  private static String text(AuditRecord.Decided decided) {
    String what = decided.operation().orElse("a request that names nothing of its own");
    String why =
        decided
            .rule()
            .map(r -> "by rule " + r)
            .orElse("as " + decided.reason().orElse("default deny").replace('_', ' '));
    return "%s of tenant %s, %s, %s"
        .formatted(decided.principal(), decided.tenant().orElse("none"), what, why);
  }

  private Address databaseAddress() {
    return projection.blueprint().workloads().values().stream()
        .filter(w -> w.engine().filter(engine.engine()::equals).isPresent())
        .map(Workload::addresses)
        .findFirst()
        .orElseThrow()
        .getFirst();
  }

  private String startDatabase(Lab lab, Address address, Path work) {
    try {
      String placement = lab.placementAt(address).orElseThrow();
      NamespaceRunner home =
          NamespaceRunner.of(lab.namespaceName(placement), lab.namespace(placement));
      InetAddress at = InetAddress.getByAddress(address.bytes());
      engine.start(home, at, work);
      engine.seed();
      return engine.health(home, new InetSocketAddress(at, engine.port()));
    } catch (java.io.IOException e) {
      throw new IllegalStateException("the database did not start: " + e.getMessage(), e);
    }
  }

  private String holds() {
    return "the vectors of "
        + engine.collections().size()
        + " tenants in "
        + String.join(" and ", engine.collections().values());
  }

  private static Verdict permitAll() {
    return Verdict.permit("nothing is enforced", SourceLocation.BUILT_IN, List.of());
  }

  private Seen look(Lab lab, Questions questions, java.util.function.Function<Flow, Verdict> model)
      throws Exception {
    AttackReport attack = story.during(progress -> lab.attack(start, progress));
    List<DemoReport.Answer> answers = questions.put();
    ProbeReport probe = story.during(progress -> lab.probe(model, progress));
    return new Seen(attack, answers, probe);
  }

  private void tell(Seen seen, Questions questions) {
    AttackReport attack = seen.attack();
    int workloads = projection.blueprint().workloads().size() - 1;
    String fell =
        "whoever breaks into `%s` takes %d of %d other workloads%s"
            .formatted(start, attack.compromised().size(), workloads, names(attack));
    story.plain(fell);
    if (!attack.throughGateways().isEmpty()) {
      story.plain(
          "and talks to "
              + String.join(", ", attack.throughGateways())
              + " at the gateway's port only, which asks for a certificate");
    }
    long forged = attack.forgeries().stream().mapToLong(f -> f.arrived()).sum();
    long sent = attack.forgeries().stream().mapToLong(f -> f.sent()).sum();
    story.plain(
        "data left by %d ways; %d of %d packets with forged sources arrived"
            .formatted(attack.leaks().size(), forged, sent));
    questions.tell(story, seen.answers());
    story.plain(
        "%,d connections tried between all pairs: %,d got through"
            .formatted(seen.probe().flows(), seen.probe().reached()));
  }

  private static String names(AttackReport attack) {
    return attack.compromised().isEmpty() ? "" : ": " + String.join(", ", attack.compromised());
  }

  /** Loads every table, reads each back from its kernel, and says what differs. */
  private List<String> enforce(Lab lab) throws Exception {
    Map<String, String> artifacts = new TreeMap<>();
    states.forEach((name, state) -> artifacts.put(name, state.artifact(GENERATION)));
    var loaded =
        Story.timed(
            () -> {
              lab.enforce(artifacts, (work, done, total) -> {});
              return artifacts.size();
            });
    story.good("%d tables loaded, each at once (%s)".formatted(loaded.value(), loaded.seconds()));
    List<String> unfaithful = new ArrayList<>();
    for (Map.Entry<String, CompiledState> state : states.entrySet()) {
      String listing =
          new KernelTable(lab.namespace(state.getKey()))
              .listing()
              .orElseThrow(() -> new IllegalStateException("no table at " + state.getKey()));
      state
          .getValue()
          .differences(listing)
          .forEach(d -> unfaithful.add("at " + state.getKey() + ": " + d));
    }
    if (unfaithful.isEmpty()) {
      story.good("read back from every kernel: no flow too many, none missing");
    } else {
      unfaithful.forEach(story::bad);
    }
    return unfaithful;
  }

  private void agreement(ProbeReport probe) {
    if (probe.agrees()) {
      story.good(
          "on all %,d connections tried the kernel did what the model says"
              .formatted(probe.flows()));
    } else {
      probe.disagreements().forEach(d -> story.bad(d.text()));
    }
  }

  private DemoReport.Kernel.Observed observed(Lab lab, ProbeReport probe, DeniedLog log) {
    List<DemoReport.Agreement> agreements =
        List.of(
            new DemoReport.Agreement(
                "that the blueprint permits", probe.permitted(), agreed(probe, true)),
            new DemoReport.Agreement("that it denies", probe.denied(), agreed(probe, false)));
    return new DemoReport.Kernel.Observed(
        Integer.toString(GENERATION),
        states.size(),
        agreements,
        probe.disagreements().stream().map(ProbeReport.Disagreement::text).toList(),
        counters(lab),
        log.denied());
  }

  private static int agreed(ProbeReport probe, boolean permitted) {
    long differ =
        probe.disagreements().stream().filter(d -> d.verdict().permitted() == permitted).count();
    return (permitted ? probe.permitted() : probe.denied()) - (int) differ;
  }

  /** First packets per rule, over all kernels that a flow crosses. */
  private List<DemoReport.Counter> counters(Lab lab) {
    Map<String, KernelTable.Count> byRule = new TreeMap<>();
    for (String placement : states.keySet()) {
      new KernelTable(lab.namespace(placement))
          .counts()
          .forEach(
              (chain, count) -> {
                if (chain.startsWith(RULE_CHAIN)) {
                  byRule.merge(
                      chain.substring(RULE_CHAIN.length()), count, KernelTable.Count::plus);
                }
              });
    }
    List<DemoReport.Counter> out = new ArrayList<>();
    byRule.forEach(
        (rule, count) -> {
          Optional<AccessRule> declared = projection.blueprint().rule(rule);
          out.add(
              new DemoReport.Counter(
                  rule,
                  declared.map(AccessRule::at).orElse(SourceLocation.BUILT_IN),
                  count.packets(),
                  count.bytes()));
        });
    return out;
  }
}
