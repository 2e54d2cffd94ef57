package io.ringfence.targets.nftables.ruleset;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * One table of family {@code inet}, whole: loading it replaces the table of that name at once.
 *
 * <p>INVARIANT (loads in this order): chains, sets and maps are made before the elements and rules
 * that name them.
 */
public record Ruleset(
    String table, List<Chain> chains, List<NamedSet> sets, List<VerdictMap> maps) {
  public Ruleset {
    chains = List.copyOf(chains);
    sets = List.copyOf(sets);
    maps = List.copyOf(maps);
  }

  /** One transaction as libnftables-json(5) has it. */
  public JsonNode json() {
    return new RulesetJson(this).transaction();
  }

  /** The same transaction for {@code nft -f}. */
  public String text() {
    return new RulesetText(this).transaction();
  }
}
