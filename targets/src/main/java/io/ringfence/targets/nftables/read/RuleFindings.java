package io.ringfence.targets.nftables.read;

import com.fasterxml.jackson.databind.JsonNode;
import io.ringfence.model.Flow;
import io.ringfence.targets.nftables.read.ImportedRuleset.ImportedRule;
import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.flows.FlowSpaceFullException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The rules of a ruleset that nobody here wrote without which packets fare the same: found by exact
 * sets of flows, over all situations of packets and whatever comes of what is not understood.
 *
 * <p>INVARIANT (all together): a ruleset without all the certain ones does what the whole does.
 */
public final class RuleFindings {
  /** The most rules that are looked at. */
  public static final int RULES_MAX = 1000;

  private final ImportedRuleset ruleset;
  private final Unknowns unknowns;
  private final List<Situation> situations;
  private final RuleCensus census;
  private final Map<Situation, Outcome> whole = new HashMap<>();
  private final Map<String, List<ReadChain.ReadRule>> readByPlace = new LinkedHashMap<>();
  private final Map<String, String> chainByPlace = new HashMap<>();
  private final Set<String> gone = new HashSet<>();
  private final List<RuleFinding> findings = new ArrayList<>();

  private RuleFindings(JsonNode listing) {
    this.ruleset = ImportedRuleset.read(listing, Unknowns.space());
    if (ruleset.rules().size() > RULES_MAX) {
      throw new UnreadableException("more than " + RULES_MAX + " rules");
    }
    this.unknowns = new Unknowns(ruleset.space());
    this.situations = Situations.of(ruleset);
    this.census = RuleCensus.of(ruleset, situations, unknowns, ruleset.space().all());
    for (ReadChain chain : ruleset.chains().values()) {
      for (ReadChain.ReadRule rule : chain.rules()) {
        readByPlace.computeIfAbsent(rule.place(), p -> new ArrayList<>()).add(rule);
        chainByPlace.put(rule.place(), chain.name());
      }
    }
  }

  /**
   * All of them, in the ruleset's order.
   *
   * @throws UnreadableException when the listing cannot be read, or has too much to look at
   */
  public static List<RuleFinding> of(JsonNode listing) {
    try {
      return new RuleFindings(listing).find();
    } catch (FlowSpaceFullException e) {
      throw new UnreadableException("its sets of flows grow too large");
    }
  }

  private List<RuleFinding> find() {
    List<ImportedRule> judged =
        ruleset.rules().stream().filter(r -> readByPlace.containsKey(r.place())).toList();
    for (ImportedRule rule : judged) {
      if (!census.isMatched(rule.place())) {
        gone.add(rule.place());
        findings.add(unmatched(rule));
      }
    }
    for (ImportedRule rule : judged) {
      if (census.isMatched(rule.place()) && mayGo(rule.place()) && isRedundant(rule.place())) {
        gone.add(rule.place());
        findings.add(redundant(rule));
      }
    }
    addUncertain(judged);
    Map<String, Integer> order = new HashMap<>();
    judged.forEach(r -> order.put(r.place(), order.size()));
    return findings.stream().sorted(Comparator.comparingInt(f -> order.get(f.place()))).toList();
  }

  // --- What no packet matches ---

  private RuleFinding unmatched(ImportedRule rule) {
    Optional<RuleCensus.Untaken> untaken = census.untaken(rule.place());
    if (untaken.isPresent() && !untaken.get().takers().isEmpty()) {
      return shadowed(rule, untaken.get(), List.of());
    }
    String why =
        census.isEntered(chainByPlace.get(rule.place()))
            ? "no packet that comes to its chain has what it asks for"
            : "no packet comes to its chain";
    return finding(
        RuleFinding.Kind.NEVER_MATCHES, rule, why, List.of(), List.of(), Optional.empty());
  }

  private static RuleFinding shadowed(
      ImportedRule rule, RuleCensus.Untaken untaken, List<String> dependsOn) {
    return finding(
        RuleFinding.Kind.SHADOWED,
        rule,
        "rules before it take every packet that it asks for",
        untaken.takers(),
        dependsOn,
        untaken.flows().witness());
  }

  private static RuleFinding finding(
      RuleFinding.Kind kind,
      ImportedRule rule,
      String why,
      List<String> by,
      List<String> dependsOn,
      Optional<Flow> witness) {
    return new RuleFinding(
        kind, rule.place(), rule.text(), why, by, dependsOn, witness.map(RuleFindings::plain));
  }

  /** Without the name that stands for something unknown. */
  private static Flow plain(Flow flow) {
    return flow.as(Optional.empty());
  }

  /** Shadowed if everything that is not understood matches. */
  private void addUncertain(List<ImportedRule> judged) {
    if (ruleset.constructs().isEmpty()) {
      return;
    }
    Set<String> opaque = new LinkedHashSet<>();
    ruleset.constructs().forEach(c -> opaque.add(c.place()));
    RuleCensus when = RuleCensus.of(ruleset, situations, unknowns, unknowns.allMatch());
    for (ImportedRule rule : judged) {
      Optional<RuleCensus.Untaken> untaken = when.untaken(rule.place());
      if (!gone.contains(rule.place()) && !when.isMatched(rule.place()) && untaken.isPresent()) {
        List<String> on = untaken.get().takers().stream().filter(opaque::contains).toList();
        if (!on.isEmpty()) {
          findings.add(shadowed(rule, untaken.get(), on));
        }
      }
    }
  }

  // --- What makes no difference ---

  /** A rule that only counts is there to count; what it does beside deciding would be missed. */
  private boolean mayGo(String place) {
    List<Step> steps = readByPlace.get(place).stream().flatMap(r -> r.steps().stream()).toList();
    Predicate<Step> verdict =
        s -> s instanceof Step.Go || s instanceof Step.Lookup || s instanceof Step.SetMark;
    return steps.stream().anyMatch(verdict)
        && steps.stream().noneMatch(s -> s instanceof Step.Effect e && !e.isRejection());
  }

  private boolean isRedundant(String place) {
    Set<String> without = new HashSet<>(gone);
    without.add(place);
    return census.matchedIn(place).stream().allMatch(s -> agreesOnOne(s, place, without))
        && census.matchedIn(place).stream()
            .allMatch(s -> outcome(s, without, Walk.Census.DEAF).does(whole(s)));
  }

  /** One flow tells most rules that matter, at little cost. */
  private boolean agreesOnOne(Situation situation, String place, Set<String> without) {
    Optional<FlowSet> one = census.one(situation, place);
    return one.isEmpty()
        || new Walk(ruleset, unknowns, without, Walk.Census.DEAF)
            .of(situation, one.get())
            .does(new Walk(ruleset, unknowns, Set.of(), Walk.Census.DEAF).of(situation, one.get()));
  }

  private Outcome whole(Situation situation) {
    return whole.computeIfAbsent(situation, s -> outcome(s, Set.of(), Walk.Census.DEAF));
  }

  private Outcome outcome(Situation situation, Set<String> without, Walk.Census hears) {
    return new Walk(ruleset, unknowns, without, hears).of(situation, ruleset.space().all());
  }

  private RuleFinding redundant(ImportedRule rule) {
    Situation situation = census.matchedIn(rule.place()).getFirst();
    FlowSet one = census.one(situation, rule.place()).orElseThrow();
    Set<String> deciding = new LinkedHashSet<>();
    new Walk(ruleset, unknowns, gone, leaving(deciding)).of(situation, one);
    ReadChain chain = ruleset.chain(chainByPlace.get(rule.place()));
    String policy = chain.base().isPresent() ? "the policy of " + chain.name() : "a policy";
    List<String> by = deciding.isEmpty() ? List.of(policy) : List.copyOf(deciding);
    return finding(
        RuleFinding.Kind.REDUNDANT,
        rule,
        "without it, everything is decided the same",
        by,
        List.of(),
        one.witness());
  }

  private static Walk.Census leaving(Set<String> out) {
    return new Walk.Census() {
      @Override
      public void entered(String chain, FlowSet flows, Evaluation here) {}

      @Override
      public void met(ReadChain.ReadRule rule, FlowSet flows, FlowSet left) {
        if (!left.isEmpty() && !leadsOn(rule)) {
          out.add(rule.place());
        }
      }
    };
  }

  /** Whether it only sends packets to other chains, which decide. */
  private static boolean leadsOn(ReadChain.ReadRule rule) {
    return rule.steps().getLast() instanceof Step.Go go
        && (go.target() instanceof Target.Jump || go.target() instanceof Target.Goto);
  }
}
