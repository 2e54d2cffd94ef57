package io.ringfence.targets.nftables.read;

import io.ringfence.model.AddressSet;
import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.flows.FlowSpace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** A ruleset that was read: asked what it does to packets. */
public final class Reading {
  private final FlowSpace space;
  private final List<ReadChain> bases;
  private final List<String> problems;
  private final Evaluation.Rules rules;
  private final FieldTests tests;

  Reading(FlowSpace space, Map<String, ReadChain> chains, List<String> problems) {
    this.space = space;
    // What one chain accepts, the next at the same hook may still drop.
    this.bases =
        chains.values().stream()
            .filter(c -> c.base().isPresent())
            .sorted(Comparator.comparingInt(c -> c.base().orElseThrow().priority()))
            .toList();
    this.problems = List.copyOf(problems);
    this.rules = new Evaluation.Rules(chains, space, Effort.unbounded());
    this.tests = new FieldTests(chains);
  }

  private Reading(Reading whole, Box ends, FlowSpace space) {
    this.space = space;
    this.bases = whole.bases;
    this.problems = whole.problems;
    this.rules = whole.rules.within(ends, space);
    this.tests = whole.tests;
  }

  /**
   * The same ruleset, to be asked about flows between these ends only, in a space of their own.
   *
   * <p>INVARIANT (flow by flow): what a ruleset does to a flow does not depend on other flows, so
   * that the answer about a part is the part of the answer about all.
   */
  public Reading within(AddressSet from, AddressSet to, FlowSpace other) {
    return new Reading(this, Box.between(from, to), other);
  }

  /** What the reader does not understand, and where it stands; nothing is known while any. */
  public List<String> problems() {
    return problems;
  }

  /** Where the packets of flows end up in a situation. */
  public Passage pass(Situation situation, FlowSet flows) {
    return pass(situation, flows, null);
  }

  /** Which rules and elements one flow's packets go by, in order, ending with what decides. */
  public List<String> trace(Situation situation, FlowSet flow) {
    List<String> out = new ArrayList<>();
    pass(situation, flow, out::add);
    return out;
  }

  private Passage pass(Situation situation, FlowSet flows, Consumer<String> trace) {
    if (!problems.isEmpty()) {
      throw new IllegalStateException("a ruleset that could not be read decides nothing");
    }
    Evaluation evaluation = new Evaluation(space, rules, situation, trace);
    Passage out = Passage.none(space);
    MarkedFlows here = MarkedFlows.of(situation.mark(), flows);
    for (ReadChain chain : hooked(situation.hook())) {
      Passage passage = evaluation.chain(chain, here, 0);
      out.dropped().addAll(passage.dropped());
      here = passage.accepted();
      boolean accepts = chain.base().orElseThrow().acceptsByDefault();
      (accepts ? here : out.dropped()).addAll(passage.returned());
      if (trace != null && !passage.returned().isEmpty()) {
        trace.accept("chain `" + chain.name() + "` policy: " + (accepts ? "accept" : "drop"));
      }
    }
    out.accepted().addAll(here);
    return out;
  }

  private List<ReadChain> hooked(Situation.Hook hook) {
    return bases.stream().filter(c -> c.base().orElseThrow().hook().equals(hook.text())).toList();
  }

  // --- What a thorough check has to try ---

  /** The interfaces that some rule tells apart from others as what packets come in by. */
  public Set<String> inInterfaces() {
    return names(Field.IN_INTERFACE);
  }

  /** The same of what they leave by. */
  public Set<String> outInterfaces() {
    return names(Field.OUT_INTERFACE);
  }

  private Set<String> names(Field field) {
    Set<String> out = new TreeSet<>();
    tests.of(field).forEach(t -> addNames(t.values(), out));
    out.remove(Situation.LOOPBACK);
    return out;
  }

  private static void addNames(Values values, Set<String> out) {
    if (values instanceof Values.Names names) {
      out.addAll(names.names());
    }
  }

  /**
   * One mark of each class of those that the rules tell apart, as they are or once set; 0 is first.
   */
  public List<Integer> marks() {
    Map<List<List<Boolean>>, Integer> markByClass = new LinkedHashMap<>();
    for (int mark : candidates()) {
      List<List<Boolean>> classes = new ArrayList<>(List.of(markClass(mark)));
      tests.settings().forEach(s -> classes.add(settingClass(s, mark)));
      markByClass.putIfAbsent(classes, mark);
    }
    return List.copyOf(markByClass.values());
  }

  /** What becomes of a mark: its class then, and whether old bits spoil what is set. */
  private List<Boolean> settingClass(Step.SetMark setting, int mark) {
    int after = (mark & setting.kept()) ^ setting.flipped();
    List<Boolean> out = new ArrayList<>(markClass(after));
    boolean mixed = (after & ~mark) != 0 && !out.equals(markClass(setting.flipped()));
    out.add(mixed);
    return out;
  }

  /** What each test of the rules says of a mark: equal for marks that no rule tells apart. */
  public List<Boolean> markClass(int mark) {
    return valueClass(Field.MARK, mark);
  }

  private List<Boolean> valueClass(Field field, int value) {
    return tests.of(field).stream().map(t -> Box.hasMasked(t.part(), t.values(), value)).toList();
  }

  /** Those of some combinations of TCP flags that the rules tell apart; the first of each class. */
  public List<Integer> flagClasses(List<Integer> combinations) {
    Map<List<Boolean>, Integer> flagsByClass = new LinkedHashMap<>();
    combinations.forEach(f -> flagsByClass.putIfAbsent(valueClass(Field.TCP_FLAGS, f), f));
    return List.copyOf(flagsByClass.values());
  }

  private Set<Integer> candidates() {
    Set<Integer> numbers = new LinkedHashSet<>(List.of(0, -1));
    Set<Integer> masks = new LinkedHashSet<>(List.of(-1));
    for (Step.SetMark set : tests.settings()) {
      numbers.add(set.flipped());
      masks.add(set.kept());
    }
    for (FieldTests.Test test : tests.of(Field.MARK)) {
      test.part().mask().ifPresent(m -> masks.add((int) m));
      if (test.values() instanceof Values.Numbers tested) {
        tested.ranges().forEach(r -> addEdges(r, numbers));
      }
    }
    Set<Integer> out = new LinkedHashSet<>(numbers);
    for (int mask : masks) {
      for (int a : numbers) {
        numbers.forEach(b -> out.add((a & mask) | (b & ~mask)));
      }
    }
    return out;
  }

  /** The ends of a range, and what is just outside. */
  private static void addEdges(Values.Range range, Set<Integer> out) {
    out.add((int) range.first());
    out.add((int) range.last());
    out.add((int) range.first() - 1);
    out.add((int) range.last() + 1);
  }
}
