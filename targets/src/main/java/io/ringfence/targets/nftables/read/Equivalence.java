package io.ringfence.targets.nftables.read;

import com.fasterxml.jackson.databind.JsonNode;
import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.flows.FlowSpace;
import io.ringfence.verifier.flows.FlowSpaceFullException;
import java.util.Optional;
import java.util.Set;

/**
 * Whether two rulesets do the same to every packet, however what is not understood turns out; a
 * rule is the same in both where it has the same place.
 */
final class Equivalence {
  private Equivalence() {}

  /** What tells them apart, in words; nothing when they are proved equal. */
  static Optional<String> difference(JsonNode before, JsonNode after) {
    FlowSpace space = Unknowns.space();
    try {
      ImportedRuleset was = ImportedRuleset.read(before, space);
      ImportedRuleset is = ImportedRuleset.read(after, space);
      return bounds(was, is).or(() -> outcomes(was, is));
    } catch (FlowSpaceFullException e) {
      return Optional.of("its sets of flows grow too large to prove it");
    }
  }

  private static Optional<String> bounds(ImportedRuleset was, ImportedRuleset is) {
    for (Situation.Hook hook : Situation.Hook.values()) {
      if (!was.surely(hook).equals(is.surely(hook))) {
        return Optional.of("what surely passes at " + hook.text());
      }
      if (!was.possibly(hook).equals(is.possibly(hook))) {
        return Optional.of("what may pass at " + hook.text());
      }
    }
    return Optional.empty();
  }

  private static Optional<String> outcomes(ImportedRuleset was, ImportedRuleset is) {
    Unknowns unknowns = new Unknowns(was.space());
    FlowSet all = was.space().all();
    for (Situation situation : Situations.of(was, is)) {
      Outcome before = new Walk(was, unknowns, Set.of(), Walk.Census.DEAF).of(situation, all);
      Outcome after = new Walk(is, unknowns, Set.of(), Walk.Census.DEAF).of(situation, all);
      if (!before.does(after)) {
        return Optional.of("what becomes of packets at " + situation.text());
      }
    }
    return Optional.empty();
  }
}
