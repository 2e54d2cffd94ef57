package io.ringfence.targets.nftables.read;

import com.fasterxml.jackson.databind.JsonNode;
import io.ringfence.model.Flow;
import io.ringfence.targets.nftables.read.Situation.Hook;
import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.flows.FlowSpaceFullException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the rules that translate addresses do to flows, and what becomes of them behind. */
public final class Translations {
  private final ImportedRuleset ruleset;
  private final Unknowns unknowns;
  private final Map<String, Translation> rules;

  /** What becomes of translated flows at a hook. */
  public enum Fate {
    PASSES("passes"),
    /** Some do, or it depends on what is not understood or on the interface. */
    IN_PART("passes in part"),
    DROPPED("is dropped"),
    /** It does not come by there, or is not followed. */
    NONE("");

    private final String text;

    Fate(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }

    private Fate and(Fate other) {
      if (this == NONE || other == NONE) {
        return this == NONE ? other : this;
      }
      return this == other ? this : IN_PART;
    }
  }

  /**
   * What one rule does.
   *
   * @param before a flow that it translates; absent when it translates none
   * @param after what that becomes; absent where the source changes
   * @param forwarded what becomes of all that it translates if it is routed through the machine
   * @param delivered the same if it is for the machine itself
   */
  public record Moved(
      String place,
      String rule,
      Optional<Flow> before,
      Optional<Flow> after,
      Fate forwarded,
      Fate delivered) {}

  private Translations(JsonNode listing) {
    this.ruleset = ImportedRuleset.read(listing, Unknowns.space());
    this.unknowns = new Unknowns(ruleset.space());
    this.rules = ruleset.translations();
  }

  /**
   * All of them, in the ruleset's order.
   *
   * @throws UnreadableException when the listing cannot be read, or is too large to follow
   */
  public static List<Moved> of(JsonNode listing) {
    try {
      Translations out = new Translations(listing);
      Map<String, Map<Situation, FlowSet>> met = out.met();
      return out.ruleset.rules().stream()
          .filter(r -> out.rules.containsKey(r.place()))
          .map(r -> out.moved(r, met.getOrDefault(r.place(), Map.of())))
          .toList();
    } catch (FlowSpaceFullException e) {
      throw new UnreadableException("its sets of flows grow too large");
    }
  }

  private Moved moved(ImportedRuleset.ImportedRule rule, Map<Situation, FlowSet> met) {
    Translation translation = rules.get(rule.place());
    Optional<FlowSet> one =
        met.values().stream()
            .findFirst()
            .map(f -> ImportedRuleset.exactly(f, f.witness().orElseThrow()));
    Fate forwarded = Fate.NONE;
    Fate delivered = Fate.NONE;
    for (Map.Entry<Situation, FlowSet> entry : met.entrySet()) {
      Situation at = entry.getKey();
      if (translation.kind().ofDestinations() && at.hook() == Hook.FORWARD) {
        FlowSet image = translation.moved(entry.getValue());
        if (translation.kind() == Translation.Kind.DNAT) {
          forwarded = forwarded.and(fate(List.of("forward", "postrouting"), at, image));
        }
        delivered =
            delivered.and(
                fate(List.of("input"), Situation.first(Hook.INPUT, at.inInterface(), ""), image));
      }
    }
    return new Moved(
        rule.place(),
        rule.text(),
        one.flatMap(FlowSet::witness).map(f -> f.as(Optional.empty())),
        one.filter(f -> translation.kind().ofDestinations())
            .flatMap(f -> translation.moved(f).witness())
            .map(f -> f.as(Optional.empty())),
        forwarded,
        delivered);
  }

  /** The flows that come to each rule, by where they do. */
  private Map<String, Map<Situation, FlowSet>> met() {
    Map<String, Map<Situation, FlowSet>> out = new HashMap<>();
    for (Situation situation : Situations.firsts(ruleset)) {
      Walk.Census census =
          new Walk.Census() {
            @Override
            public void entered(String chain, FlowSet flows, Evaluation seen) {}

            @Override
            public void met(ReadChain.ReadRule rule, FlowSet matched, FlowSet left) {
              if (rules.containsKey(rule.place()) && !matched.isEmpty()) {
                out.computeIfAbsent(rule.place(), p -> new LinkedHashMap<>())
                    .merge(situation, matched, FlowSet::union);
              }
            }
          };
      new Walk(ruleset, unknowns, Set.of(), census).of(situation, ruleset.space().all());
    }
    return out;
  }

  private Fate fate(List<String> hooks, Situation situation, FlowSet flows) {
    if (flows.isEmpty()) {
      return Fate.NONE;
    }
    Outcome outcome =
        new Walk(ruleset, unknowns, Set.of(), Walk.Census.DEAF)
            .through(hooks, situation, flows, Meetings.ByPlace::new);
    if (outcome.dropped().isEmpty()) {
      return Fate.PASSES;
    }
    return outcome.accepted().isEmpty() ? Fate.DROPPED : Fate.IN_PART;
  }
}
