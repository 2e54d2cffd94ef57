package io.ringfence.conformance.mutants;

import com.fasterxml.jackson.databind.JsonNode;
import io.ringfence.model.AccessRule;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Host;
import io.ringfence.model.Mode;
import io.ringfence.model.Place;
import io.ringfence.model.Segment;
import io.ringfence.model.Selector;
import io.ringfence.model.testing.BlueprintGenerator;
import io.ringfence.model.testing.Dice;
import io.ringfence.model.testing.ProcessHosts;
import io.ringfence.targets.nftables.Form;
import io.ringfence.targets.nftables.Generation;
import io.ringfence.targets.nftables.NftablesRenderer;
import io.ringfence.targets.nftables.Placement;
import io.ringfence.targets.nftables.ReadBack;
import io.ringfence.verifier.flows.FlowSpace;
import io.ringfence.verifier.projection.NetworkProjection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Breaks rendered rulesets on purpose, puts each to read-back, has the kernel act out what
 * read-back says of those it kills, and the solver judge those it takes for equal.
 */
final class Mutants {
  /** What became of a mutant. */
  enum Fate {
    KILLED_CONFIRMED("killed, and the kernel acts the difference out"),
    KILLED_NOT_PRODUCIBLE("killed, where no packet of ours can get to"),
    KILLED_NOT_LOADABLE("killed, and the kernel does not load it"),
    REFUSED("refused: read-back does not understand it"),
    EQUAL("equal, and so says the solver"),
    EQUAL_BUT_FOR_STRANGERS_ERRORS("equal but for errors sent by third parties"),
    REFUTED("failed: the kernel contradicts read-back"),
    SURVIVED("failed: survived, and the solver knows a difference"),
    UNDECIDED("failed: survived, and the solver does not know");

    private final String text;

    Fate(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }

    /** Read-back has seen that it is not what was meant. */
    boolean isKill() {
      return this == KILLED_CONFIRMED
          || this == KILLED_NOT_PRODUCIBLE
          || this == KILLED_NOT_LOADABLE
          || this == REFUSED;
    }

    boolean isEqual() {
      return this == EQUAL || this == EQUAL_BUT_FOR_STRANGERS_ERRORS;
    }

    boolean isFailure() {
      return !isKill() && !isEqual();
    }
  }

  /**
   * A mutant and what became of it.
   *
   * @param site the blueprint and the machine
   * @param why read-back's first sentence, or the first that the kernel contradicts; the solver's
   *     difference; or the kernel's complaint
   * @param claims how often the kernel answered how
   */
  record Judged(
      Mutant mutant,
      String site,
      Fate fate,
      String why,
      Map<WitnessReplay.Answer, Integer> claims) {
    String text() {
      return site + ": " + mutant.kind() + ": " + mutant.change() + ": " + fate + ": " + why;
    }
  }

  private static final Generation GENERATION = new Generation(1);

  /** How many mutants are made of one ruleset. */
  private static final int PER_RULESET = 24;

  private final long seed;
  private final Z3 solver;
  private final List<Judged> judged = new ArrayList<>();
  private int rulesets;

  Mutants(long seed, Z3 solver) {
    this.seed = seed;
    this.solver = solver;
  }

  List<Judged> judged() {
    return judged;
  }

  int rulesets() {
    return rulesets;
  }

  long count(Fate fate) {
    return judged.stream().filter(j -> j.fate() == fate).count();
  }

  /** Makes and judges so many mutants. */
  void run(int count, Consumer<Judged> progress) throws Exception {
    BlueprintGenerator generator = new BlueprintGenerator(seed);
    for (int i = 0; judged.size() < count; i++) {
      Dice dice = new Dice(seed * 1_000_003 + i);
      Blueprint drawn = selecting(enforcing(generator.next()));
      Blueprint blueprint = i % 3 == 2 ? ProcessHosts.added(drawn, dice) : drawn;
      NetworkProjection projection = new NetworkProjection(new Directory(blueprint));
      Host shared = blueprint.hosts().get(ProcessHosts.NAME);
      Placement placement =
          shared == null ? placement(projection, i, dice) : new Placement.AtHost(shared);
      judge(projection, placement, dice, count, progress);
    }
  }

  /** Read-back lets observing segments do as they like, whatever the form; so there are none. */
  private static Blueprint enforcing(Blueprint blueprint) {
    Map<String, Segment> segments = new LinkedHashMap<>();
    blueprint
        .segments()
        .forEach(
            (name, s) ->
                segments.put(
                    name,
                    new Segment(
                        s.name(),
                        s.tier(),
                        s.networks(),
                        s.isolation(),
                        s.vlan(),
                        s.vni(),
                        Mode.ENFORCE,
                        s.at())));
    return with(blueprint, segments, blueprint.access(), blueprint.egress());
  }

  /** The first direct rule is from what is neither of two, which is easily miscompiled. */
  private static Blueprint selecting(Blueprint blueprint) {
    List<AccessRule> access = new ArrayList<>(blueprint.access());
    for (int i = 0; i < access.size(); i++) {
      if (access.get(i).through().isEmpty()) {
        access.set(i, with(access.get(i), List.of(neither(access.get(i)))));
        break;
      }
    }
    return with(blueprint, blueprint.segments(), access, blueprint.egress());
  }

  private static Endpoint neither(AccessRule rule) {
    Selector.Requirement requirement =
        new Selector.Requirement("tier", Selector.Operator.NOT_IN, List.of("x", "y"));
    Selector selector = new Selector(Map.of(), List.of(requirement));
    return new Endpoint(new Place.OfSelector(selector), new Endpoint.Ports.Any(), rule.at());
  }

  private static Blueprint with(
      Blueprint blueprint,
      Map<String, Segment> segments,
      List<AccessRule> access,
      List<AccessRule> egress) {
    return new Blueprint(
        blueprint.name(),
        segments,
        blueprint.workloads(),
        blueprint.resolvers(),
        blueprint.management(),
        blueprint.tenants(),
        blueprint.roles(),
        blueprint.gateways(),
        access,
        egress,
        blueprint.guardrails(),
        blueprint.tests(),
        blueprint.hosts(),
        blueprint.routers(),
        blueprint.links());
  }

  /** A host and a router by turns; where a selector would be miscompiled, one that it touches. */
  private static Placement placement(NetworkProjection projection, int index, Dice dice) {
    List<Placement> all = new ArrayList<>();
    if (index % 2 == 0) {
      projection.topology().hosts().values().forEach(h -> all.add(new Placement.AtHost(h)));
    } else {
      projection.topology().routers().values().forEach(r -> all.add(new Placement.AtRouter(r)));
    }
    List<Placement> touched =
        all.stream()
            .filter(p -> !historic(projection, p, ruleset(projection, p)).isEmpty())
            .toList();
    return dice.of(touched.isEmpty() ? all : touched);
  }

  private static JsonNode ruleset(NetworkProjection projection, Placement placement) {
    return NftablesRenderer.render(projection, placement, GENERATION, Form.ENFORCING).json();
  }

  private void judge(
      NetworkProjection projection,
      Placement placement,
      Dice dice,
      int count,
      Consumer<Judged> progress)
      throws Exception {
    JsonNode original = ruleset(projection, placement);
    FlowSpace space = FlowSpace.of(projection.directory());
    requireFaithful(projection, placement, original, space);
    rulesets++;
    Equivalence equivalence = new Equivalence(solver, original, GENERATION);
    String site = projection.blueprint().name() + " at `" + placement.name() + "`";
    try (WitnessReplay replay =
        new WitnessReplay(placement, projection.directory(), original, space)) {
      for (Mutant mutant : mutants(projection, placement, original, dice)) {
        if (judged.size() < count) {
          ReadBack back = ReadBack.compare(projection, placement, mutant.ruleset(), space);
          Judged one = judge(site, mutant, back, replay, equivalence);
          judged.add(one);
          progress.accept(one);
        }
      }
    }
  }

  private static void requireFaithful(
      NetworkProjection projection, Placement placement, JsonNode ruleset, FlowSpace space) {
    ReadBack back = ReadBack.compare(projection, placement, ruleset, space);
    if (!back.faithful()) {
      throw new IllegalStateException(
          projection.blueprint().name() + " at " + placement.name() + ": " + back.sentences());
    }
  }

  /** Every kind in turn, from a random one on, so that all come up alike. */
  private static List<Mutant> mutants(
      NetworkProjection projection, Placement placement, JsonNode original, Dice dice) {
    Mutator mutator = new Mutator(original, dice);
    List<Mutant> out = new ArrayList<>(historic(projection, placement, original));
    int first = dice.between(0, MutationKind.values().length - 1);
    for (int i = 0; i < PER_RULESET; i++) {
      int index = (first + i) % MutationKind.values().length;
      mutator.mutant(MutationKind.values()[index]).ifPresent(out::add);
    }
    return out;
  }

  // --- Miscompiled selectors ---

  /** The ruleset that comes of taking {@code tier not in (x, y)} for {@code not x or not y}. */
  private static List<Mutant> historic(
      NetworkProjection projection, Placement placement, JsonNode original) {
    Blueprint right = projection.blueprint();
    Blueprint wrong =
        with(
            right,
            right.segments(),
            right.access().stream().map(Mutants::miscompiled).toList(),
            right.egress().stream().map(Mutants::miscompiled).toList());
    if (wrong.equals(right)) {
      return List.of();
    }
    NetworkProjection other = new NetworkProjection(new Directory(wrong));
    JsonNode json = ruleset(other, placement);
    String change = "selectors' `NotIn` compiled as one `NotIn` or the other";
    return json.equals(original)
        ? List.of()
        : List.of(new Mutant(MutationKind.NOT_IN_TO_OR, change, json));
  }

  private static AccessRule miscompiled(AccessRule rule) {
    List<Endpoint> to = rule.to().stream().flatMap(Mutants::apart).toList();
    return with(rule, rule.from().stream().flatMap(Mutants::apart).toList(), to);
  }

  private static AccessRule with(AccessRule rule, List<Endpoint> from) {
    return with(rule, from, rule.to());
  }

  private static AccessRule with(AccessRule rule, List<Endpoint> from, List<Endpoint> to) {
    return new AccessRule(
        rule.name(),
        rule.origin(),
        from,
        to,
        rule.through(),
        rule.role(),
        rule.collections(),
        rule.allTenants(),
        rule.session(),
        rule.when(),
        rule.encryption(),
        rule.at());
  }

  private static Stream<Endpoint> apart(Endpoint end) {
    if (!(end.place() instanceof Place.OfSelector place)) {
      return Stream.of(end);
    }
    Optional<Selector.Requirement> notIn =
        place.selector().matchExpressions().stream()
            .filter(r -> r.operator() == Selector.Operator.NOT_IN && r.values().size() > 1)
            .findFirst();
    return notIn
        .map(r -> r.values().stream().map(v -> with(end, place.selector(), r, v)))
        .orElse(Stream.of(end));
  }

  private static Endpoint with(
      Endpoint end, Selector selector, Selector.Requirement requirement, String value) {
    List<Selector.Requirement> changed =
        selector.matchExpressions().stream()
            .map(
                r ->
                    r == requirement
                        ? new Selector.Requirement(r.key(), r.operator(), List.of(value))
                        : r)
            .toList();
    Selector one = new Selector(selector.matchLabels(), changed);
    return new Endpoint(new Place.OfSelector(one), end.ports(), end.at());
  }

  // --- Judging ---

  private static Judged judge(
      String site, Mutant mutant, ReadBack back, WitnessReplay replay, Equivalence equivalence)
      throws Exception {
    if (!back.unreadable().isEmpty()) {
      return new Judged(mutant, site, Fate.REFUSED, back.sentences().getFirst(), Map.of());
    }
    return back.differences().isEmpty()
        ? equal(site, mutant, equivalence)
        : killed(site, mutant, back, replay);
  }

  private static Judged equal(String site, Mutant mutant, Equivalence equivalence) {
    Equivalence.Result result = equivalence.compare(mutant.ruleset());
    Fate fate =
        switch (result.answer()) {
          case EQUAL, EQUAL_WHERE_PACKETS_ARE -> Fate.EQUAL;
          case EQUAL_BUT_FOR_STRANGERS_ERRORS -> Fate.EQUAL_BUT_FOR_STRANGERS_ERRORS;
          case DIFFERENT -> Fate.SURVIVED;
          case UNKNOWN -> Fate.UNDECIDED;
        };
    return new Judged(mutant, site, fate, result.difference(), Map.of());
  }

  private static Judged killed(String site, Mutant mutant, ReadBack back, WitnessReplay replay)
      throws Exception {
    Map<WitnessReplay.Answer, Integer> claims = new LinkedHashMap<>();
    Map<WitnessReplay.Answer, String> first = new LinkedHashMap<>();
    try {
      for (WitnessReplay.Answered one : replay.replay(mutant.ruleset(), back)) {
        claims.merge(one.answer(), 1, Integer::sum);
        first.putIfAbsent(one.answer(), one.difference().text());
      }
    } catch (WitnessReplay.NotLoadable e) {
      return new Judged(mutant, site, Fate.KILLED_NOT_LOADABLE, e.getMessage(), claims);
    }
    boolean confirmed =
        claims.containsKey(WitnessReplay.Answer.CONFIRMED)
            || claims.containsKey(WitnessReplay.Answer.CONFIRMED_ALONE);
    Fate fate =
        claims.containsKey(WitnessReplay.Answer.REFUTED)
            ? Fate.REFUTED
            : confirmed ? Fate.KILLED_CONFIRMED : Fate.KILLED_NOT_PRODUCIBLE;
    String why = first.getOrDefault(WitnessReplay.Answer.REFUTED, back.sentences().getFirst());
    return new Judged(mutant, site, fate, why, claims);
  }
}
