package io.ringfence.targets.nftables.read;

import com.fasterxml.jackson.databind.JsonNode;
import io.ringfence.model.Flow;
import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.flows.FlowSpaceFullException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What changes from one whole ruleset to another, whoever wrote them: flows whose first packets
 * only one of them lets through. What both have that is not understood, word for word, is taken to
 * turn out alike in both.
 */
public final class ImportedDiff {
  private final ImportedRuleset was;
  private final ImportedRuleset is;
  private final Unknowns unknowns;
  private final List<Change> changes = new ArrayList<>();

  /**
   * Flows that only one of the two lets through at one place.
   *
   * @param certain false when they do only if something that is not understood turns out one way
   * @param before the rules that the witness goes by in the first
   * @param after the same in the second
   * @param dependsOn what is not understood on those ways
   */
  public record Change(
      boolean opened,
      boolean certain,
      String gate,
      Flow witness,
      List<String> before,
      List<String> after,
      List<String> dependsOn) {
    public Change {
      before = List.copyOf(before);
      after = List.copyOf(after);
      dependsOn = List.copyOf(dependsOn);
    }
  }

  private ImportedDiff(JsonNode before, JsonNode after) {
    var space = Unknowns.space();
    this.was = ImportedRuleset.read(before, space);
    this.is = ImportedRuleset.read(after, space);
    this.unknowns = new Unknowns(space);
  }

  /**
   * All changes at every hook and interface that either tells apart.
   *
   * @throws UnreadableException when one cannot be read, or they are too large to compare
   */
  public static List<Change> of(JsonNode before, JsonNode after) {
    try {
      ImportedDiff diff = new ImportedDiff(before, after);
      Situations.firsts(diff.was, diff.is).forEach(diff::compare);
      return List.copyOf(diff.changes);
    } catch (FlowSpaceFullException e) {
      throw new UnreadableException("their sets of flows grow too large to compare");
    }
  }

  private void compare(Situation gate) {
    FlowSet before = accepted(was, gate);
    FlowSet after = accepted(is, gate);
    FlowSet opened = after.minus(before);
    FlowSet closed = before.minus(after);
    FlowSet surelyOpened = is.surely(gate).minus(was.possibly(gate)).intersect(opened);
    FlowSet surelyClosed = was.surely(gate).minus(is.possibly(gate)).intersect(closed);
    add(true, true, gate, surelyOpened);
    add(true, false, gate, opened.minus(surelyOpened));
    add(false, true, gate, surelyClosed);
    add(false, false, gate, closed.minus(surelyClosed));
  }

  private FlowSet accepted(ImportedRuleset ruleset, Situation gate) {
    return new Walk(ruleset, unknowns, Set.of(), Walk.Census.DEAF)
        .of(gate, ruleset.space().all(), Meetings.ByText::new)
        .accepted()
        .all();
  }

  private void add(boolean opened, boolean certain, Situation gate, FlowSet different) {
    if (different.isEmpty()) {
      return;
    }
    Flow witness = different.witness().orElseThrow();
    FlowSet one = ImportedRuleset.exactly(different, witness);
    List<String> before = was.trace(gate, one);
    List<String> after = is.trace(gate, one);
    Set<String> unsure = new LinkedHashSet<>(ImportedRuleset.unsure(before));
    unsure.addAll(ImportedRuleset.unsure(after));
    changes.add(
        new Change(
            opened,
            certain,
            gate.text(),
            witness.as(Optional.empty()),
            before,
            after,
            certain ? List.of() : List.copyOf(unsure)));
  }
}
