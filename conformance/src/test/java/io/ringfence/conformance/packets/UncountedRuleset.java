package io.ringfence.conformance.packets;

import io.ringfence.targets.nftables.ruleset.Chain;
import io.ringfence.targets.nftables.ruleset.Rule;
import io.ringfence.targets.nftables.ruleset.Ruleset;
import io.ringfence.targets.nftables.ruleset.Statement;
import io.ringfence.targets.nftables.ruleset.VerdictMap;
import java.util.Optional;

/**
 * A ruleset without anything that counts: what its look-ups cost by themselves, which no writing of
 * the same structure can be below.
 */
final class UncountedRuleset {
  private UncountedRuleset() {}

  static Ruleset of(Ruleset rendered) {
    return new Ruleset(
        rendered.table(),
        rendered.chains().stream().map(UncountedRuleset::uncounted).toList(),
        rendered.sets(),
        rendered.maps().stream().map(UncountedRuleset::uncounted).toList());
  }

  private static Chain uncounted(Chain chain) {
    return new Chain(
        chain.name(),
        chain.hook(),
        chain.rules().stream().map(UncountedRuleset::uncounted).toList());
  }

  private static Rule uncounted(Rule rule) {
    return new Rule(
        rule.statements().stream().filter(s -> !(s instanceof Statement.Counter)).toList(),
        Optional.empty());
  }

  private static VerdictMap uncounted(VerdictMap map) {
    return new VerdictMap(
        map.name(),
        map.types(),
        map.flags(),
        map.elements().stream().map(e -> new VerdictMap.Element(e.key(), e.verdict())).toList());
  }
}
