package io.ringfence.targets.nftables;

import io.ringfence.model.Host;
import io.ringfence.model.PortRange;
import io.ringfence.model.PortSet;
import io.ringfence.model.Workload;
import io.ringfence.targets.nftables.ruleset.Expression;
import io.ringfence.targets.nftables.ruleset.Statement;
import io.ringfence.targets.nftables.ruleset.Value;
import io.ringfence.targets.nftables.ruleset.Verdict;
import io.ringfence.targets.nftables.ruleset.VerdictMap;
import io.ringfence.verifier.projection.NetworkProjection;
import io.ringfence.verifier.projection.Permit;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/** Compiles what the processes of one host may send, each by the user that owns its sockets. */
final class ProcessCompiler {
  private static final Expression OWNER = new Expression.Meta("skuid");
  private static final List<String> OWNER_TYPE = List.of("uid");

  private final RulesetBuilder builder;
  private final List<Workload> processes;
  private final List<Permit> outOf;
  private final List<Permit> within;

  ProcessCompiler(RulesetBuilder builder, NetworkProjection projection, Host host) {
    this.builder = builder;
    this.processes = projection.directory().processes(host);
    this.outOf = projection.outOf(host);
    this.within = projection.within(host);
  }

  private static List<Permit> of(Workload process, List<Permit> permits) {
    OptionalLong user = OptionalLong.of(user(process));
    return permits.stream().filter(p -> p.users().contains(user)).toList();
  }

  private static long user(Workload process) {
    return process.process().orElseThrow().user();
  }

  private static Value value(long user) {
    return new Value.Numeral(user);
  }

  /** The chain that admits what each process may send off the host, and returns for the rest. */
  String sent(
      BiFunction<String, List<Permit>, String> policy, UnaryOperator<List<Permit>> inOrder) {
    List<VerdictMap.Element> elements = new ArrayList<>();
    for (Workload process : processes) {
      List<Permit> permits = of(process, outOf);
      if (!permits.isEmpty()) {
        String chain = policy.apply("sent/" + process.name(), inOrder.apply(permits));
        elements.add(new VerdictMap.Element(value(user(process)), new Verdict.Jump(chain)));
      }
    }
    String sent = builder.chain("sent");
    if (!elements.isEmpty()) {
      String map = builder.map("sent", OWNER_TYPE, List.of(), elements);
      builder.rule(sent, new Statement.Lookup(OWNER, map));
    }
    return sent;
  }

  /** Ends a chain with what the processes may send each other, and what is none of theirs. */
  void within(String chain, String denied) {
    List<VerdictMap.Element> elements = new ArrayList<>();
    for (Workload process : processes) {
      elements.add(
          new VerdictMap.Element(value(user(process)), new Verdict.Goto(local(process, denied))));
    }
    String map = builder.map("local", OWNER_TYPE, List.of(), elements);
    builder.rule(chain, new Statement.Lookup(OWNER, map));
    // Whoever else sends may not send to them.
    PortSet listening = PortSet.union(processes.stream().map(Workload::ports).toList());
    List<VerdictMap.Element> theirs = new ArrayList<>();
    add(listening, new Verdict.Goto(denied), theirs);
    lookUpPorts(chain, "local/ports", theirs);
    builder.rule(chain, Reads.goTo(builder.admittingOutside()));
  }

  private String local(Workload process, String denied) {
    String name = "local/" + process.name();
    String chain = builder.chain(name);
    List<VerdictMap.Element> elements = new ArrayList<>();
    PortSet left = PortSet.ALL.minus(process.ports());
    add(process.ports(), new Verdict.Goto(builder.admittingOutside()), elements);
    for (Permit permit : of(process, within)) {
      add(
          permit.usablePorts().intersect(left),
          new Verdict.Goto(builder.admitting(permit.rule())),
          elements);
      left = left.minus(permit.usablePorts());
    }
    lookUpPorts(chain, name, elements);
    builder.rule(chain, Reads.goTo(denied));
    return chain;
  }

  private static void add(PortSet ports, Verdict verdict, List<VerdictMap.Element> out) {
    for (PortRange range : ports.ranges()) {
      Value interval = RulesetBuilder.value(range.first(), range.last());
      out.add(
          new VerdictMap.Element(
              new Value.Tuple(List.of(Reads.value(range.protocol()), interval)), verdict));
    }
  }

  private void lookUpPorts(String chain, String meaning, List<VerdictMap.Element> elements) {
    if (!elements.isEmpty()) {
      String map =
          builder.map(
              meaning,
              List.of("inet_proto", "inet_service"),
              List.of(RulesetBuilder.INTERVAL),
              elements);
      builder.rule(
          chain,
          Reads.HAS_PORT,
          new Statement.Lookup(Lookups.concat(List.of(Reads.PROTOCOL), Reads.PORT), map));
    }
  }
}
