package io.ringfence.lab;

import io.ringfence.lab.AttackReport.Hop;
import io.ringfence.lab.AttackReport.Reached;
import io.ringfence.model.Address;
import io.ringfence.model.Flow;
import io.ringfence.model.Workload;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Plays a breach from one workload on, as an intruder would: scan from where one is, move to
 * whatever answers, scan on from there, and so forth; then forge sources and carry data out from
 * every place taken.
 *
 * <p>Whatever answers a connection counts as taken, as in the model's blast radius; where a gateway
 * listens for the services behind it, it is not taken, only passed through.
 */
final class Attack {
  static final Duration TIMEOUT = Duration.ofMillis(300);
  static final Duration TIME_MAX = Duration.ofMinutes(3);

  private final LabPlan plan;
  private final Namespaces namespaces;
  private final Progress progress;
  private final Pace pace = Pace.within(TIME_MAX);
  private final Calls calls;
  private final Scan scan;
  private final List<DeclaredPorts.Entry> entries;
  private final Map<String, List<Hop>> taken = new LinkedHashMap<>();
  private final List<Reached> reached = new ArrayList<>();
  private int attempts;

  Attack(LabPlan plan, Namespaces namespaces, Progress progress) {
    this.plan = plan;
    this.namespaces = namespaces;
    this.progress = progress;
    this.calls = new Calls(namespaces, pace);
    this.scan = new Scan(plan);
    this.entries = DeclaredPorts.of(plan.directory()).entries();
  }

  AttackReport from(String start, Path folder) {
    if (!plan.blueprint().workloads().containsKey(start)) {
      throw new LabUnavailable("`" + start + "` is no workload of the lab");
    }
    long began = System.nanoTime();
    taken.put(start, List.of());
    List<String> front = List.of(start);
    while (!front.isEmpty() && !pace.isOver()) {
      front = advance(front);
    }
    Forging forging = new Forging(plan, namespaces, pace);
    Exfiltration exfiltration = new Exfiltration(plan, calls, folder);
    List<AttackReport.Forgery> forgeries = new ArrayList<>();
    List<AttackReport.Leak> leaks = new ArrayList<>();
    int done = 0;
    for (String workload : taken.keySet()) {
      if (!pace.isOver()) {
        leaks.addAll(exfiltration.from(workload, nodes(workload)));
        forgeries.addAll(forging.from(workload, nodes(workload)));
        progress.at("carrying out data, forging sources", ++done, taken.size());
      }
    }
    attempts += forging.attempts() + exfiltration.attempts();
    return new AttackReport(
        start,
        reached,
        leaks,
        forgeries,
        attempts,
        !pace.isOver(),
        Duration.ofNanos(System.nanoTime() - began));
  }

  private List<LabNode> nodes(String workload) {
    return plan.ends().filter(n -> holds(n, workload)).toList();
  }

  private boolean holds(LabNode node, String workload) {
    return node.addresses().stream()
        .flatMap(a -> plan.directory().workloadsAt(a).stream())
        .anyMatch(w -> w.name().equals(workload));
  }

  /** As a process, where that tells it from others at its address. */
  private List<Call> scanOf(String workload, LabNode node) {
    OptionalLong user =
        plan.directory()
            .blueprint()
            .workloads()
            .get(workload)
            .process()
            .map(p -> OptionalLong.of(p.user()))
            .orElse(OptionalLong.empty());
    return scan.from(node).stream().map(c -> c.by(user)).toList();
  }

  private static Flow flow(Call call) {
    return new Flow(call.source(), call.to().address(), call.protocol(), call.port())
        .by(call.user());
  }

  private Optional<String> target(Call call) {
    return plan.directory().destination(flow(call)).map(Workload::name);
  }

  /** Scans from the workloads taken last, and returns those taken now. */
  private List<String> advance(List<String> front) {
    Map<LabNode, List<Call>> scans = new LinkedHashMap<>();
    for (String workload : front) {
      for (LabNode node : nodes(workload)) {
        scans.computeIfAbsent(node, n -> new ArrayList<>()).addAll(scanOf(workload, node));
      }
    }
    attempts += scans.values().stream().mapToInt(List::size).sum();
    List<Call.Answer> answers =
        calls.dialAll(scans, TIMEOUT, (work, done, total) -> progress.at("scanning", done, total));
    List<String> next = new ArrayList<>();
    answers.stream()
        .filter(a -> a.outcome() == Outcome.ANSWERED)
        .filter(a -> target(a.call()).isPresent())
        .sorted(Comparator.comparing(Attack::order))
        .forEach(a -> note(a, next));
    return next;
  }

  private static String order(Call.Answer answer) {
    Call call = answer.call();
    return "%s %05d %s".formatted(call.to(), call.port(), call.source());
  }

  private void note(Call.Answer answer, List<String> next) {
    Address address = answer.call().to().address();
    String from = plan.directory().source(flow(answer.call())).orElseThrow().name();
    String to = target(answer.call()).orElseThrow();
    Hop hop = new Hop(from, to, address, answer.call().protocol(), answer.call().port());
    boolean known =
        reached.stream()
            .map(Reached::last)
            .anyMatch(
                h ->
                    h.address().equals(address)
                        && h.port() == hop.port()
                        && h.protocol().equals(hop.protocol()));
    if (known || (taken.containsKey(to) && taken.get(to).isEmpty())) {
      return;
    }
    List<Hop> path = new ArrayList<>(taken.get(from));
    path.add(hop);
    Optional<String> behind = behind(hop);
    reached.add(new Reached(path, behind, banner(answer)));
    if (behind.isEmpty() && taken.putIfAbsent(to, List.copyOf(path)) == null) {
      next.add(to);
    }
  }

  /** Whose service a gateway stands before: what answers there is the gateway, and not taken. */
  private Optional<String> behind(Hop hop) {
    return entries.stream()
        .filter(e -> e.address().equals(hop.address()) && e.port() == hop.port())
        .map(e -> e.targets().getFirst().address())
        .map(a -> plan.title(Address.parse(a)))
        .findFirst();
  }

  private static String banner(Call.Answer answer) {
    String text = new String(answer.heard(), StandardCharsets.ISO_8859_1);
    String line = text.lines().findFirst().orElse("");
    return line.chars().allMatch(c -> c >= 32 && c < 127) ? line : "";
  }
}
