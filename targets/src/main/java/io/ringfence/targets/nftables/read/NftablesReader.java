package io.ringfence.targets.nftables.read;

import com.fasterxml.jackson.databind.JsonNode;
import io.ringfence.verifier.flows.FlowSpace;

/**
 * Reads a table of family inet out of libnftables JSON (libnftables-json(5)), as emitted or as
 * {@code nft -j list ruleset} shows it.
 *
 * <p>INVARIANT (understood or refused): a construct that it has no meaning for is a problem that
 * names the construct and where it stands; none is skipped.
 */
public final class NftablesReader {
  private NftablesReader() {}

  /**
   * The table's reading.
   *
   * @param space where the flow sets live; names that it does not know fill no set
   */
  public static Reading read(JsonNode ruleset, String table, FlowSpace space) {
    return new RulesetParser(table, space.names()).parse(ruleset, space);
  }
}
