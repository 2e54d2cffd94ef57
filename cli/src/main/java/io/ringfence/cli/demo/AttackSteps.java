package io.ringfence.cli.demo;

import io.ringfence.cli.report.DemoReport;
import io.ringfence.cli.report.DemoReport.Result;
import io.ringfence.cli.report.DemoReport.Step;
import io.ringfence.decision.Authorizer;
import io.ringfence.lab.AttackReport;
import io.ringfence.lab.AttackReport.Channel;
import io.ringfence.lab.AttackReport.Disguise;
import io.ringfence.model.Address;
import io.ringfence.model.Directory;
import io.ringfence.model.Flow;
import io.ringfence.model.PortRange;
import io.ringfence.model.Protocol;
import io.ringfence.model.Workload;
import io.ringfence.verifier.reach.BlastRadius;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A breach as a list of aims, the same before and after, each with what came of it. */
final class AttackSteps {
  private static final int SSH = 22;

  private final Directory directory;
  private final Authorizer authorizer;
  private final BlastRadius permitted;

  /**
   * @param permitted what the blueprint's rules give to the same start
   */
  AttackSteps(Directory directory, BlastRadius permitted) {
    this.directory = directory;
    this.authorizer = new Authorizer(directory);
    this.permitted = permitted;
  }

  DemoReport.Attack of(AttackReport report) {
    List<Step> steps = new ArrayList<>();
    steps.add(scan(report));
    for (Workload target : directory.blueprint().workloads().values()) {
      if (!target.name().equals(report.start())
          && !directory.blueprint().gateways().containsKey(target.name())) {
        steps.add(pivot(report, target));
      }
    }
    for (Disguise disguise : Disguise.values()) {
      steps.add(forge(report, disguise));
    }
    for (Channel channel : Channel.values()) {
      steps.add(leak(report, channel));
    }
    return new DemoReport.Attack(report.start(), steps);
  }

  private Step scan(AttackReport report) {
    Set<String> workloads = new TreeSet<>(report.compromised());
    boolean beyond = !Set.copyOf(permitted.workloads()).containsAll(workloads);
    String outcome =
        "%d ports on %d workloads answered, %d packets and connections tried"
            .formatted(report.reached().size(), workloads.size(), report.attempts());
    return new Step(
        "scan",
        "open ports, from every place taken",
        List.of(report.start()),
        beyond ? Result.SUCCEEDED : Result.AS_PERMITTED,
        outcome,
        Optional.empty());
  }

  private Step pivot(AttackReport report, Workload target) {
    Optional<AttackReport.Reached> taken =
        report.reached().stream()
            .filter(r -> !r.gateway() && r.last().to().equals(target.name()))
            .findFirst();
    if (taken.isPresent()) {
      Result result =
          permitted.workloads().contains(target.name()) ? Result.AS_PERMITTED : Result.SUCCEEDED;
      return new Step(
          "pivot", target.name(), path(taken.get()), result, said(taken.get()), Optional.empty());
    }
    Optional<AttackReport.Reached> behind =
        report.reached().stream()
            .filter(r -> r.behind().filter(target.name()::equals).isPresent())
            .findFirst();
    if (behind.isPresent()) {
      List<String> path = new ArrayList<>(path(behind.get()));
      path.add(target.name());
      String outcome = said(behind.get()) + ": the gateway, which asks for a certificate";
      return new Step("pivot", target.name(), path, Result.AS_PERMITTED, outcome, Optional.empty());
    }
    return new Step(
        "pivot",
        target.name(),
        List.of(report.start(), target.name()),
        Result.STOPPED,
        "no answer",
        stoppedBy(report.start(), target));
  }

  private static List<String> path(AttackReport.Reached reached) {
    List<String> out = new ArrayList<>(List.of(reached.path().getFirst().from()));
    reached.path().forEach(h -> out.add(h.to()));
    return out;
  }

  private static String said(AttackReport.Reached reached) {
    AttackReport.Hop last = reached.last();
    return last.address() + " " + last.port() + "/" + last.protocol() + " answered";
  }

  /** Who denies what an intruder at the start would try first. */
  private Optional<String> stoppedBy(String start, Workload target) {
    Workload from = directory.blueprint().workloads().get(start);
    PortRange port =
        target.services().values().stream()
            .flatMap(s -> s.ports().ranges().stream())
            .findFirst()
            .orElse(new PortRange(Protocol.TCP, SSH, SSH));
    for (Address source : from.addresses()) {
      for (Address destination : target.addresses()) {
        if (source.family() == destination.family()) {
          Flow flow = new Flow(source, destination, port.protocol(), port.first());
          return Optional.of(authorizer.decide(flow).decider());
        }
      }
    }
    return Optional.empty();
  }

  private Step forge(AttackReport report, Disguise disguise) {
    List<AttackReport.Forgery> sent =
        report.forgeries().stream().filter(f -> f.disguise() == disguise).toList();
    int tried = sent.stream().mapToInt(AttackReport.Forgery::sent).sum();
    List<AttackReport.Forgery> arrived = sent.stream().filter(f -> f.arrived() > 0).toList();
    String from = arrived.isEmpty() ? report.start() : arrived.getFirst().from();
    int through = arrived.stream().mapToInt(AttackReport.Forgery::arrived).sum();
    String outcome = "%d of %d forged packets arrived".formatted(through, tried);
    if (disguise == Disguise.ON_LINK && through > 0) {
      outcome += "; only the port of a switch can tell these apart";
    }
    return new Step(
        "forge sources",
        disguise.text(),
        List.of(from),
        arrived.isEmpty() ? Result.STOPPED : Result.SUCCEEDED,
        outcome,
        arrived.isEmpty() ? Optional.of("spoofed source") : Optional.empty());
  }

  private Step leak(AttackReport report, Channel channel) {
    List<AttackReport.Leak> leaks =
        report.leaks().stream().filter(l -> l.channel() == channel).toList();
    String aim = "data out by " + channel.text();
    if (leaks.isEmpty()) {
      return new Step(
          "exfiltrate",
          aim,
          List.of(report.start(), "internet"),
          Result.STOPPED,
          "nothing arrived",
          Optional.of(outward(report.start())));
    }
    String from = leaks.stream().map(AttackReport.Leak::from).distinct().collect(listed());
    String to = leaks.stream().map(l -> l.to().toString()).distinct().collect(listed());
    return new Step(
        "exfiltrate",
        aim,
        List.of(leaks.getFirst().from(), "internet"),
        Result.SUCCEEDED,
        "arrived at " + to + ", from " + from,
        Optional.empty());
  }

  private static java.util.stream.Collector<CharSequence, ?, String> listed() {
    return Collectors.collectingAndThen(Collectors.joining(", "), AttackSteps::shortened);
  }

  private static String shortened(String names) {
    String[] all = names.split(", ", 5);
    return all.length < 5 ? names : String.join(", ", List.of(all).subList(0, 3)) + " and others";
  }

  private String outward(String start) {
    Address source = directory.blueprint().workloads().get(start).addresses().getFirst();
    Address outside = directory.internet().ofFamily(source.family()).ranges().getFirst().first();
    return authorizer.decide(new Flow(source, outside, Protocol.TCP, 443)).decider();
  }
}
