package io.ringfence.conformance.packets;

import io.ringfence.model.AddressRange;
import io.ringfence.model.PortRange;
import io.ringfence.model.Prefix;
import io.ringfence.targets.nftables.ruleset.Chain;
import io.ringfence.targets.nftables.ruleset.Expression;
import io.ringfence.targets.nftables.ruleset.Rule;
import io.ringfence.targets.nftables.ruleset.Ruleset;
import io.ringfence.targets.nftables.ruleset.Statement;
import io.ringfence.targets.nftables.ruleset.Value;
import io.ringfence.targets.nftables.ruleset.Verdict;
import io.ringfence.verifier.projection.Permit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A router's ruleset as a plain compiler would write it: as rendered, but for the policy, which is
 * one rule after the other.
 */
final class LinearRuleset {
  private static final String POLICY = "across4";

  private LinearRuleset() {}

  static Ruleset of(Ruleset rendered, List<Permit> permits) {
    Statement mark = mark(rendered);
    List<Chain> chains = new ArrayList<>();
    for (Chain chain : rendered.chains()) {
      if (chain.name().equals(POLICY)) {
        chains.add(new Chain(POLICY, Optional.empty(), rules(permits, mark)));
      } else if (!chain.name().startsWith(POLICY) && !chain.name().startsWith("ports")) {
        chains.add(chain);
      }
    }
    return new Ruleset(
        rendered.table(),
        chains,
        rendered.sets(),
        rendered.maps().stream()
            .filter(m -> !m.name().startsWith(POLICY))
            .filter(m -> !m.name().startsWith("ports"))
            .toList());
  }

  private static Statement mark(Ruleset rendered) {
    return rendered.chains().stream()
        .flatMap(c -> c.rules().stream())
        .flatMap(r -> r.statements().stream())
        .filter(s -> s instanceof Statement.SetMark)
        .findFirst()
        .orElseThrow();
  }

  private static List<Rule> rules(List<Permit> permits, Statement mark) {
    List<Rule> out = new ArrayList<>();
    for (Permit permit : permits) {
      for (PortRange ports : permit.ports().ranges()) {
        for (AddressRange from : permit.from().ranges()) {
          for (AddressRange to : permit.to().ranges()) {
            out.add(rule(from, to, ports, permit.rule(), mark));
          }
        }
      }
    }
    return out;
  }

  private static Rule rule(
      AddressRange from, AddressRange to, PortRange ports, String rule, Statement mark) {
    Value first = new Value.Numeral(ports.first());
    Value port =
        ports.first() == ports.last()
            ? first
            : new Value.Between(first, new Value.Numeral(ports.last()));
    return Rule.of(
            equal(new Expression.Payload("ip", "saddr"), value(from)),
            equal(new Expression.Payload("ip", "daddr"), value(to)),
            equal(new Expression.Payload(ports.protocol().toString(), "dport"), port),
            new Statement.Counter(),
            mark,
            new Statement.Apply(new Verdict.Accept()))
        .named(rule);
  }

  private static Statement equal(Expression left, Value right) {
    return new Statement.Match(left, Statement.Operator.EQUAL, right);
  }

  private static Value value(AddressRange range) {
    if (range.single()) {
      return new Value.Word(range.first().toString());
    }
    List<Prefix> prefixes = range.prefixes();
    return prefixes.size() == 1
        ? new Value.Within(prefixes.getFirst().network().toString(), prefixes.getFirst().length())
        : new Value.Between(
            new Value.Word(range.first().toString()), new Value.Word(range.last().toString()));
  }
}
