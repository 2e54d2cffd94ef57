package io.ringfence.targets.nftables.read;

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
import java.util.stream.Collectors;

/** A ruleset that was read: asked what it does to packets. */
public final class Reading {
  private final FlowSpace space;
  private final Map<String, ReadChain> chains;
  private final List<String> problems;
  private final Evaluation.Rules rules;

  Reading(FlowSpace space, Map<String, ReadChain> chains, List<String> problems) {
    this.space = space;
    this.chains = chains;
    this.problems = List.copyOf(problems);
    this.rules = new Evaluation.Rules(chains, space);
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
    // What one chain accepts, the next at the same hook may still drop.
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
    return chains.values().stream()
        .filter(c -> c.base().filter(b -> b.hook().equals(hook.text())).isPresent())
        .sorted(Comparator.comparingInt(c -> c.base().orElseThrow().priority()))
        .toList();
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
    tests(field).forEach(v -> addNames(v, out));
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
    Set<Step.SetMark> settings = settings();
    Map<List<List<Boolean>>, Integer> markByClass = new LinkedHashMap<>();
    for (int mark : candidates()) {
      List<List<Boolean>> classes = new ArrayList<>(List.of(markClass(mark)));
      settings.forEach(s -> classes.add(settingClass(s, mark)));
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

  /** The different ways in which the rules set marks. */
  private Set<Step.SetMark> settings() {
    return chains.values().stream()
        .flatMap(c -> c.rules().stream())
        .flatMap(r -> r.steps().stream())
        .filter(Step.SetMark.class::isInstance)
        .map(Step.SetMark.class::cast)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** What each test of the rules says of a mark: equal for marks that no rule tells apart. */
  public List<Boolean> markClass(int mark) {
    return valueClass(Field.MARK, mark);
  }

  private List<Boolean> valueClass(Field field, int value) {
    List<Boolean> out = new ArrayList<>();
    for (ReadChain chain : chains.values()) {
      for (ReadChain.ReadRule rule : chain.rules()) {
        for (Step step : rule.steps()) {
          for (Key.Part part : step.key().parts()) {
            if (part.field() == field) {
              values(step, part).forEach(v -> out.add(Box.hasMasked(part, v, value)));
            }
          }
        }
      }
    }
    return out;
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
    for (ReadChain chain : chains.values()) {
      for (ReadChain.ReadRule rule : chain.rules()) {
        rule.steps().forEach(s -> addMarks(s, numbers, masks));
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

  private static void addMarks(Step step, Set<Integer> numbers, Set<Integer> masks) {
    if (step instanceof Step.SetMark set) {
      numbers.add(set.flipped());
      masks.add(set.kept());
    }
    for (Key.Part part : step.key().parts()) {
      if (part.field() == Field.MARK) {
        part.mask().ifPresent(m -> masks.add((int) m));
        for (Values values : values(step, part)) {
          if (values instanceof Values.Numbers tested) {
            tested.ranges().forEach(r -> addEdges(r, numbers));
          }
        }
      }
    }
  }

  /** The ends of a range, and what is just outside. */
  private static void addEdges(Values.Range range, Set<Integer> out) {
    out.add((int) range.first());
    out.add((int) range.last());
    out.add((int) range.first() - 1);
    out.add((int) range.last() + 1);
  }

  private List<Values> tests(Field field) {
    List<Values> out = new ArrayList<>();
    for (ReadChain chain : chains.values()) {
      for (ReadChain.ReadRule rule : chain.rules()) {
        for (Step step : rule.steps()) {
          step.key().parts().stream()
              .filter(p -> p.field() == field)
              .forEach(p -> out.addAll(values(step, p)));
        }
      }
    }
    return out;
  }

  private static List<Values> values(Step step, Key.Part part) {
    Table table =
        switch (step) {
          case Step.Match s -> s.table();
          case Step.Lookup s -> s.map();
          case Step.Perhaps s -> throw new IllegalStateException("a limit has no key");
          case Step.SetMark s -> throw new IllegalStateException("a mark has no key");
          case Step.Effect s -> throw new IllegalStateException("an effect has no key");
          case Step.Go s -> throw new IllegalStateException("a verdict has no key");
        };
    int index = step.key().parts().indexOf(part);
    return table.elements().stream().map(e -> e.values().get(index)).toList();
  }
}
