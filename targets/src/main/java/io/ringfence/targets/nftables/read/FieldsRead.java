package io.ringfence.targets.nftables.read;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The fields that decide what a chain, and all that it leads to, does. */
final class FieldsRead {
  private final Map<String, ReadChain> chains;
  private final Map<String, Set<Field>> known = new HashMap<>();

  FieldsRead(Map<String, ReadChain> chains) {
    this.chains = chains;
  }

  Set<Field> in(String chain) {
    return known.computeIfAbsent(chain, this::find);
  }

  private Set<Field> find(String start) {
    Set<Field> out = EnumSet.noneOf(Field.class);
    Set<String> seen = new HashSet<>(List.of(start));
    Deque<String> open = new ArrayDeque<>(seen);
    while (!open.isEmpty()) {
      for (ReadChain.ReadRule rule : chains.get(open.remove()).rules()) {
        for (Step step : rule.steps()) {
          step.key().parts().forEach(p -> out.add(p.field()));
          if (step instanceof Step.SetMark set && set.reads()) {
            out.add(Field.MARK);
          }
          targets(step).stream().filter(seen::add).forEach(open::add);
        }
      }
    }
    return out;
  }

  private static Collection<String> targets(Step step) {
    Set<String> out = new HashSet<>();
    switch (step) {
      case Step.Match s -> {}
      case Step.Perhaps s -> {}
      case Step.Effect s -> {}
      case Step.SetMark s -> {}
      case Step.Lookup s ->
          s.map().elements().forEach(e -> addChain(e.target().orElseThrow(), out));
      case Step.Go s -> addChain(s.target(), out);
    }
    return out;
  }

  private static void addChain(Target target, Set<String> out) {
    switch (target) {
      case Target.Accept t -> {}
      case Target.Drop t -> {}
      case Target.Return t -> {}
      case Target.Jump t -> out.add(t.chain());
      case Target.Goto t -> out.add(t.chain());
    }
  }
}
