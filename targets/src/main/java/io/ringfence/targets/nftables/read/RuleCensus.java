package io.ringfence.targets.nftables.read;

import io.ringfence.verifier.flows.FlowSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What each rule of a ruleset sees, in all situations. */
final class RuleCensus {
  /** What one rule asks for and does not get. */
  record Untaken(Situation situation, FlowSet flows, List<String> takers) {}

  private final ImportedRuleset ruleset;
  private final Set<String> matched = new HashSet<>();
  private final Set<String> entered = new HashSet<>();
  private final Map<String, Map<Situation, FlowSet>> matchedIn = new HashMap<>();
  private final Map<String, Untaken> untaken = new HashMap<>();

  private RuleCensus(ImportedRuleset ruleset) {
    this.ruleset = ruleset;
  }

  /** With only what turns out so of the flows that each walk starts with. */
  static RuleCensus of(
      ImportedRuleset ruleset, List<Situation> situations, Unknowns unknowns, FlowSet flows) {
    RuleCensus out = new RuleCensus(ruleset);
    for (Situation situation : situations) {
      InOne one = out.new InOne(situation);
      new Walk(ruleset, unknowns, Set.of(), one).of(situation, flows);
      one.close();
    }
    return out;
  }

  boolean isMatched(String place) {
    return matched.contains(place);
  }

  boolean isEntered(String chain) {
    return entered.contains(chain);
  }

  /** The situations in which packets match a rule. */
  List<Situation> matchedIn(String place) {
    return List.copyOf(matchedIn.getOrDefault(place, Map.of()).keySet());
  }

  /** One of the flows whose packets match a rule in a situation. */
  Optional<FlowSet> one(Situation situation, String place) {
    return Optional.ofNullable(matchedIn.getOrDefault(place, Map.of()).get(situation))
        .map(f -> ImportedRuleset.exactly(f, f.witness().orElseThrow()));
  }

  /** Packets that a rule asks for and others take before, in some situation. */
  Optional<Untaken> untaken(String place) {
    return Optional.ofNullable(untaken.get(place));
  }

  /** One situation's walk. */
  private final class InOne implements Walk.Census {
    private final Situation situation;
    private final Map<String, FlowSet> enteredHere = new LinkedHashMap<>();
    private final Map<String, Evaluation> seenAs = new HashMap<>();
    private final Map<String, FlowSet> left = new HashMap<>();
    private final Map<String, FlowSet> matchedHere = new LinkedHashMap<>();

    InOne(Situation situation) {
      this.situation = situation;
    }

    @Override
    public void entered(String chain, FlowSet flows, Evaluation here) {
      if (!flows.isEmpty()) {
        enteredHere.merge(chain, flows, FlowSet::union);
        seenAs.put(chain, here);
      }
    }

    @Override
    public void met(ReadChain.ReadRule rule, FlowSet flows, FlowSet gone) {
      if (!flows.isEmpty()) {
        matchedHere.merge(rule.place(), flows, FlowSet::union);
      }
      left.merge(rule.place(), gone, FlowSet::union);
    }

    void close() {
      matched.addAll(matchedHere.keySet());
      entered.addAll(enteredHere.keySet());
      matchedHere.forEach(
          (place, flows) ->
              matchedIn.computeIfAbsent(place, k -> new LinkedHashMap<>()).put(situation, flows));
      enteredHere.forEach(this::lookFor);
    }

    /** Of the rules that match nothing here, what they would if they were asked first. */
    private void lookFor(String chain, FlowSet flows) {
      List<ReadChain.ReadRule> before = new ArrayList<>();
      for (ReadChain.ReadRule rule : ruleset.chain(chain).rules()) {
        if (!matchedHere.containsKey(rule.place()) && !untaken.containsKey(rule.place())) {
          FlowSet asked = asked(rule, flows, seenAs.get(chain));
          if (!asked.isEmpty()) {
            untaken.put(rule.place(), new Untaken(situation, asked, takers(before, asked)));
          }
        }
        before.add(rule);
      }
    }

    private List<String> takers(List<ReadChain.ReadRule> before, FlowSet asked) {
      return before.stream()
          .filter(r -> left.containsKey(r.place()) && left.get(r.place()).overlaps(asked))
          .map(ReadChain.ReadRule::place)
          .distinct()
          .toList();
    }
  }

  /** The flows that a rule may match among some. */
  private static FlowSet asked(ReadChain.ReadRule rule, FlowSet flows, Evaluation here) {
    FlowSet out = flows;
    for (Step step : rule.steps()) {
      if (step instanceof Step.Match match) {
        out = out.intersect(here.matching(match, here.mark()).may());
      } else if (step instanceof Step.Lookup lookup) {
        FlowSet found = flows.minus(flows);
        for (Evaluation.Found each : here.foundApart(rule, lookup, here.mark())) {
          found = found.union(each.hit().may());
        }
        return out.intersect(found);
      }
    }
    return out;
  }
}
