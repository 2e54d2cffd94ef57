package io.ringfence.cli;

import io.ringfence.lab.AttackReport;
import io.ringfence.lab.AttackReport.Channel;
import io.ringfence.lab.AttackReport.Disguise;
import io.ringfence.lab.AttackReport.Hop;
import io.ringfence.lab.AttackReport.Leak;
import io.ringfence.lab.AttackReport.Reached;
import io.ringfence.model.Address;
import io.ringfence.model.Directory;
import io.ringfence.model.Family;
import io.ringfence.model.Flow;
import io.ringfence.model.IcmpMessage;
import io.ringfence.model.PortRange;
import io.ringfence.model.PortSet;
import io.ringfence.model.Protocol;
import io.ringfence.model.Verdict;
import io.ringfence.model.Workload;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A breach as it was played, held against the blueprint: what of it does a rule give to anybody at
 * that place, and what goes beyond?
 *
 * @param names what the lab's resolvers answer, by name
 */
record Breach(
    AttackReport report,
    Directory directory,
    Map<String, List<Address>> names,
    Function<Flow, Verdict> verdicts) {

  static Breach of(AttackReport report, LoadedBlueprint loaded, Map<String, List<Address>> names) {
    Directory directory = loaded.directory();
    return new Breach(report, directory, names, LabVerdicts.enforced(directory));
  }

  /**
   * A workload that answered.
   *
   * @param name the workload's
   * @param behind true when only the gateway before it answered
   * @param path the first way there
   * @param ports all that answered
   * @param rules who permits them, as far as somebody does
   * @param beyond the ports that nobody permits
   */
  record Fallen(
      String name,
      boolean behind,
      List<Hop> path,
      PortSet ports,
      List<String> rules,
      PortSet beyond) {
    Fallen {
      path = List.copyOf(path);
      rules = List.copyOf(rules);
    }

    boolean isBeyond() {
      return !beyond.isEmpty();
    }
  }

  /** Every workload that was taken or answered through a gateway's place, in that order. */
  List<Fallen> fallen() {
    SequencedMap<String, List<Reached>> taken = new LinkedHashMap<>();
    SequencedMap<String, List<Reached>> behind = new LinkedHashMap<>();
    for (Reached reached : report.reached()) {
      (reached.behind().isPresent() ? behind : taken)
          .computeIfAbsent(reached.behind().orElse(reached.last().to()), n -> new ArrayList<>())
          .add(reached);
    }
    List<Fallen> out = new ArrayList<>();
    taken.forEach((name, all) -> out.add(fallen(name, false, all)));
    behind.forEach((name, all) -> out.add(fallen(name, true, all)));
    return out;
  }

  private Fallen fallen(String name, boolean behind, List<Reached> all) {
    PortSet ports = PortSet.EMPTY;
    PortSet beyond = PortSet.EMPTY;
    List<String> rules = new ArrayList<>();
    for (Hop hop : all.stream().map(Reached::last).toList()) {
      PortSet port = PortSet.of(hop.protocol(), hop.port());
      Optional<String> rule = rule(hop);
      rule.filter(r -> !rules.contains(r)).ifPresent(rules::add);
      ports = ports.union(port);
      beyond = rule.isEmpty() ? beyond.union(port) : beyond;
    }
    return new Fallen(name, behind, all.getFirst().path(), ports, rules, beyond);
  }

  /** Who permits a hop, if somebody does. */
  Optional<String> rule(Hop hop) {
    return rule(hop.from(), hop.address(), hop.protocol(), hop.port());
  }

  /** Who permits that data leaves so, if somebody does. */
  Optional<String> rule(Leak leak) {
    boolean ipv4 = leak.to().family() == Family.IPV4;
    return switch (leak.channel()) {
      case TCP -> rule(leak.from(), leak.to(), Protocol.TCP, leak.port());
      case UDP, DNS, RESOLVER -> rule(leak.from(), leak.to(), Protocol.UDP, leak.port());
      case ICMP -> {
        PortRange echo = IcmpMessage.ECHO_REQUEST.ranges().get(ipv4 ? 0 : 1);
        yield rule(leak.from(), leak.to(), echo.protocol(), echo.first());
      }
    };
  }

  private Optional<String> rule(String from, Address to, Protocol protocol, int port) {
    Workload workload = directory.blueprint().workloads().get(from);
    return workload.addresses().stream()
        .filter(a -> a.family() == to.family())
        .flatMap(a -> flows(a, to, protocol, port))
        .map(verdicts)
        .filter(Verdict::permitted)
        .map(Verdict::decider)
        .findFirst();
  }

  /** By the address alone, and by each name that the resolvers answer it for. */
  private Stream<Flow> flows(Address from, Address to, Protocol protocol, int port) {
    Stream<Optional<String>> asked =
        names.entrySet().stream()
            .filter(e -> e.getValue().contains(to))
            .map(e -> Optional.of(e.getKey()));
    return Stream.concat(Stream.of(Optional.<String>empty()), asked)
        .map(name -> new Flow(from, to, protocol, port, name));
  }

  /** How many other workloads there are to fall. */
  int others() {
    return directory.blueprint().workloads().size() - 1;
  }

  List<Leak> leaks(Channel channel) {
    return report.leaks().stream().filter(l -> l.channel() == channel).toList();
  }

  /** Packets with forged sources, of one kind. */
  record Forged(int sent, int arrived) {}

  Forged forged(Disguise disguise) {
    List<AttackReport.Forgery> all =
        report.forgeries().stream().filter(f -> f.disguise() == disguise).toList();
    return new Forged(
        all.stream().mapToInt(AttackReport.Forgery::sent).sum(),
        all.stream().mapToInt(AttackReport.Forgery::arrived).sum());
  }

  /**
   * What went further than the blueprint gives, a phrase each; forgeries that only the port of a
   * switch can tell are not among them.
   */
  List<String> beyond() {
    List<String> out = new ArrayList<>();
    fallen().stream()
        .filter(Fallen::isBeyond)
        .forEach(f -> out.add(f.name() + " answered at " + f.beyond()));
    report.leaks().stream()
        .filter(l -> rule(l).isEmpty())
        .forEach(l -> out.add("data left: " + l.text()));
    report.forgeries().stream()
        .filter(f -> f.disguise() != Disguise.ON_LINK && f.arrived() > 0)
        .forEach(f -> out.add("forged sources: " + f.text()));
    return out;
  }
}
