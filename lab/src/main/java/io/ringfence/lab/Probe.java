package io.ringfence.lab;

import io.ringfence.lab.LabGuard.Inside;
import io.ringfence.model.Address;
import io.ringfence.model.Flow;
import io.ringfence.model.Protocol;
import io.ringfence.model.Verdict;
import io.ringfence.model.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedSet;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Opens real connections between all pairs of a lab's hosts, and between them and {@code internet},
 * and compares what happens with what the model says.
 */
final class Probe {
  /** A host that drops a packet says nothing: so long is waited for it to say something. */
  static final Duration TIMEOUT = Duration.ofMillis(250);

  /** Permitted flows that were silent are tried again, few at a time, for so long. */
  static final Duration AGAIN = Duration.ofMillis(1500);

  /** At most so many are tried again. */
  static final int AGAIN_MAX = 8192;

  /** So few at a time: on a busy machine the first try was too many at once. */
  static final int ALONE = 32;

  /** After so many fruitless rounds something is wrong that patience will not cure. */
  static final int FRUITLESS_MAX = 4;

  /** A user that is no process's, as a rule. */
  private static final long STRANGER = 65_533;

  static final Duration TIME_MAX = Duration.ofMinutes(10);

  private static final String NO_IPV6 =
      "IPv6: this machine's own loopback has no ::1, so Java opens no IPv6 sockets";

  private static final Comparator<Flow> ORDER =
      Comparator.comparing(Flow::source)
          .thenComparing(Flow::destination)
          .thenComparing(Flow::protocol)
          .thenComparingInt(Flow::port)
          .thenComparingLong(f -> f.user().orElse(-1));

  private final LabPlan plan;
  private final LabGuard guard;
  private final Namespaces namespaces;
  private final Pace pace;
  private final Calls calls;
  private final Function<Flow, Verdict> model;
  private final Progress progress;
  private final ProbePorts ports;
  private Resolution resolution;
  private final SequencedSet<String> skipped = new LinkedHashSet<>();

  Probe(LabPlan plan, Namespaces namespaces, Function<Flow, Verdict> model, Progress progress) {
    this.plan = plan;
    this.guard = new LabGuard(plan);
    this.namespaces = namespaces;
    this.pace = Pace.within(TIME_MAX);
    this.calls = new Calls(namespaces, pace);
    this.model = model;
    this.progress = progress;
    this.ports = new ProbePorts(DeclaredPorts.of(plan.directory()));
  }

  ProbeReport run() {
    long began = System.nanoTime();
    resolution = Resolution.ask(plan, calls);
    Map<Flow, Outcome> outcomes = new HashMap<>();
    Map<LabNode, List<Call>> byNode = callsByNode();
    probeSctp(byNode, outcomes);
    // UDP by itself: its answers are the listeners' work, who would be busy with TCP meanwhile.
    for (Predicate<Call> turn : List.<Predicate<Call>>of(c -> !isUdp(c), Probe::isUdp)) {
      calls.dialAll(only(byNode, turn), TIMEOUT, progress).forEach(a -> record(a, outcomes));
    }
    Map<Flow, Verdict> verdicts =
        outcomes.keySet().stream().collect(Collectors.toMap(Function.identity(), model));
    tryAgain(outcomes, verdicts);
    return report(outcomes, verdicts, Duration.ofNanos(System.nanoTime() - began));
  }

  private static boolean isUdp(Call call) {
    return call.protocol().equals(Protocol.UDP);
  }

  private static Map<LabNode, List<Call>> only(
      Map<LabNode, List<Call>> calls, Predicate<Call> which) {
    Map<LabNode, List<Call>> out = new LinkedHashMap<>();
    calls.forEach((node, own) -> out.put(node, own.stream().filter(which).toList()));
    return out;
  }

  private void record(Call.Answer answer, Map<Flow, Outcome> outcomes) {
    outcomes.put(flow(answer.call()), answer.outcome());
  }

  private Flow flow(Call call) {
    Address to = call.to().address();
    String host = plan.nodeAt(call.source()).orElseThrow().name();
    return new Flow(
        call.source(), to, call.protocol(), call.port(), resolution.nameOf(host, to), call.user());
  }

  private Map<LabNode, List<Call>> callsByNode() {
    Map<LabNode, List<Call>> out = new LinkedHashMap<>();
    plan.ends().forEach(n -> out.put(n, callsFrom(n)));
    return out;
  }

  private List<Call> callsFrom(LabNode from) {
    List<Call> out = new ArrayList<>();
    for (Address source : from.addresses()) {
      if (!processes(from).isEmpty()) {
        addCallsWithin(from, source, out);
      }
      plan.ends()
          .filter(n -> !n.equals(from)) // but for processes, outside the model
          .flatMap(n -> n.addresses().stream())
          .filter(a -> a.family() == source.family())
          .filter(this::canOpen)
          .forEach(a -> addCalls(from, source, a, out));
    }
    return out;
  }

  /** The processes that a host tells apart; none on most. */
  private List<Workload> processes(LabNode node) {
    return Optional.ofNullable(plan.topology().hosts().get(node.name()))
        .map(plan.directory()::processes)
        .orElse(List.of());
  }

  /** Who may own the calling sockets: each process's user, and one that is no process's. */
  private List<OptionalLong> users(LabNode node) {
    List<Long> known = processes(node).stream().map(w -> w.process().orElseThrow().user()).toList();
    if (known.isEmpty()) {
      return List.of(OptionalLong.empty());
    }
    long stranger = known.contains(STRANGER) ? STRANGER + known.size() : STRANGER;
    return Stream.concat(known.stream(), Stream.of(stranger)).map(OptionalLong::of).toList();
  }

  /** From every user to what the processes listen with; a process to itself is outside. */
  private void addCallsWithin(LabNode node, Address address, List<Call> out) {
    Inside to = guard.admit(address);
    for (OptionalLong user : users(node)) {
      for (Workload process : processes(node)) {
        if (!process.users().contains(user) && canOpen(address)) {
          ports.of(address).stream()
              .filter(p -> !p.protocol().equals(Protocol.SCTP))
              .filter(p -> process.takes(p.protocol(), p.number()))
              .map(p -> Call.knock(address, to, p.protocol(), p.number()).by(user))
              .forEach(out::add);
        }
      }
    }
  }

  private boolean canOpen(Address address) {
    if (!Sockets.canOpen(address)) {
      skipped.add(NO_IPV6);
    }
    return Sockets.canOpen(address);
  }

  private void addCalls(LabNode from, Address source, Address destination, List<Call> calls) {
    Inside to = guard.admit(destination);
    for (OptionalLong user : users(from)) {
      ports.of(destination).stream()
          .map(p -> Call.knock(source, to, p.protocol(), p.number()).by(user))
          .forEach(calls::add);
    }
  }

  /** SCTP by single packets and witnesses, since many kernels are built without its sockets. */
  private void probeSctp(Map<LabNode, List<Call>> all, Map<Flow, Outcome> outcomes) {
    List<Shot> shots = new ArrayList<>();
    all.forEach(
        (node, calls) -> {
          calls.stream()
              .filter(c -> c.protocol().equals(Protocol.SCTP))
              .map(c -> new Shot(node, c.source(), c.to(), c.protocol(), c.port(), Shot.Way.IP))
              .forEach(shots::add);
          // Raw packets are sent by this process, which is no process of the blueprint.
          calls.removeIf(c -> c.protocol().equals(Protocol.SCTP));
        });
    Set<Shot> arrived = Volley.fire(shots, plan, namespaces, pace);
    for (Shot shot : shots) {
      Call call = Call.knock(shot.claimed(), shot.to(), shot.protocol(), shot.port());
      outcomes.put(flow(call), arrived.contains(shot) ? Outcome.REFUSED : Outcome.SILENT);
    }
  }

  private void tryAgain(Map<Flow, Outcome> outcomes, Map<Flow, Verdict> verdicts) {
    List<Flow> silent =
        outcomes.keySet().stream()
            .filter(f -> isExpected(f, verdicts) && outcomes.get(f) == Outcome.SILENT)
            .filter(f -> !f.protocol().equals(Protocol.SCTP))
            .sorted(ORDER)
            .limit(AGAIN_MAX)
            .toList();
    int fruitless = 0;
    for (int i = 0; i < silent.size() && fruitless < FRUITLESS_MAX; i += ALONE) {
      List<Flow> few = silent.subList(i, Math.min(silent.size(), i + ALONE));
      Map<LabNode, List<Call>> again = new LinkedHashMap<>();
      few.forEach(f -> addCall(f, again));
      calls.dialAll(again, AGAIN, Progress.NONE).forEach(a -> record(a, outcomes));
      boolean heard = few.stream().anyMatch(f -> outcomes.get(f) != Outcome.SILENT);
      fruitless = heard ? 0 : fruitless + 1;
      progress.at("trying again", Math.min(silent.size(), i + ALONE), silent.size());
    }
  }

  private void addCall(Flow flow, Map<LabNode, List<Call>> calls) {
    LabNode from = plan.nodeAt(flow.source()).orElseThrow();
    Inside to = guard.admit(flow.destination());
    calls
        .computeIfAbsent(from, k -> new ArrayList<>())
        .add(Call.knock(flow.source(), to, flow.protocol(), flow.port()).by(flow.user()));
  }

  /** Permitted, and with a way to go. */
  private boolean isExpected(Flow flow, Map<Flow, Verdict> verdicts) {
    return verdicts.get(flow).permitted() && plan.connects(flow.source(), flow.destination());
  }

  private ProbeReport report(
      Map<Flow, Outcome> outcomes, Map<Flow, Verdict> verdicts, Duration took) {
    int permitted = (int) verdicts.values().stream().filter(Verdict::permitted).count();
    int expected = (int) outcomes.keySet().stream().filter(f -> isExpected(f, verdicts)).count();
    int reached = (int) outcomes.values().stream().filter(Outcome::reached).count();
    List<ProbeReport.Disagreement> disagreements =
        outcomes.keySet().stream()
            .filter(f -> outcomes.get(f).reached() != isExpected(f, verdicts))
            .sorted(ORDER)
            .map(f -> new ProbeReport.Disagreement(f, verdicts.get(f), outcomes.get(f)))
            .toList();
    return new ProbeReport(
        expected,
        verdicts.size() - permitted,
        permitted - expected,
        reached,
        outcomes.size() - reached,
        disagreements,
        List.copyOf(skipped),
        took);
  }
}
