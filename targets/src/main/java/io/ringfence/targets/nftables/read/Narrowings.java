package io.ringfence.targets.nftables.read;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Chains that only say more exactly what goes to one place, and let all else come back: told by
 * their rules' shape alone. Elements that lead to thousands of them are followed together, each as
 * if its key said so itself.
 */
final class Narrowings {
  private final Map<String, ReadChain> chains;
  private final Map<String, Optional<Narrowing>> byChain = new HashMap<>();
  private final Map<Table, Boolean> apart = new IdentityHashMap<>();
  private final Map<Table, Set<Field>> fields = new IdentityHashMap<>();

  /**
   * What goes to a target: what matches all of one of the ways.
   *
   * @param target as who jumped to the chain would write it
   */
  record Narrowing(List<List<Step.Match>> ways, Target target) {
    Narrowing {
      ways = List.copyOf(ways);
    }
  }

  Narrowings(Map<String, ReadChain> chains) {
    this.chains = chains;
  }

  /** How the target of a map's element narrows what it gets, if it does no more than that. */
  Optional<Narrowing> of(Table map, Target target) {
    return target instanceof Target.Jump jump && isApart(map)
        ? byChain.computeIfAbsent(jump.chain(), c -> find(chains.get(c)))
        : Optional.empty();
  }

  /** What is looked at behind a map's own key. */
  Set<Field> fields(Table map) {
    return fields.computeIfAbsent(map, this::findFields);
  }

  private Set<Field> findFields(Table map) {
    Set<Field> out = EnumSet.noneOf(Field.class);
    for (Table.Element element : map.elements()) {
      of(map, element.target().orElseThrow())
          .ifPresent(
              n ->
                  n.ways().stream()
                      .flatMap(List::stream)
                      .flatMap(m -> m.key().parts().stream())
                      .forEach(p -> out.add(p.field())));
    }
    return out;
  }

  private static Optional<Narrowing> find(ReadChain chain) {
    List<List<Step.Match>> ways = new ArrayList<>();
    Set<Target> targets = new HashSet<>();
    for (ReadChain.ReadRule rule : chain.rules()) {
      if (rule.steps().isEmpty() || !(rule.steps().getLast() instanceof Step.Go go)) {
        return Optional.empty();
      }
      List<Step.Match> way = new ArrayList<>();
      for (Step step : rule.steps().subList(0, rule.steps().size() - 1)) {
        if (!(step instanceof Step.Match match) || !isPlain(match)) {
          return Optional.empty();
        }
        way.add(match);
      }
      targets.add(go.target());
      ways.add(way);
    }
    return targets.size() == 1
        ? outside(targets.iterator().next()).map(t -> new Narrowing(ways, t))
        : Optional.empty();
  }

  private static boolean isPlain(Step.Match match) {
    return !match.inverted() && match.table().fqdn().isEmpty();
  }

  /** What comes back from where a chain goes comes back to who jumped to the chain. */
  private static Optional<Target> outside(Target target) {
    return switch (target) {
      case Target.Accept t -> Optional.of(t);
      case Target.Drop t -> Optional.of(t);
      case Target.Goto t -> Optional.of(new Target.Jump(t.chain()));
      case Target.Jump t -> Optional.empty();
      case Target.Return t -> Optional.empty();
    };
  }

  /**
   * INVARIANT (one element for a key): of keys that overlap only one element is found, whatever its
   * chain does; so only where no two can overlap may they be taken for what their chains admit.
   */
  private boolean isApart(Table map) {
    return apart.computeIfAbsent(map, Narrowings::findApart);
  }

  private static boolean findApart(Table map) {
    Set<List<Values>> keys = new HashSet<>();
    return map.elements().stream()
        .allMatch(e -> e.values().stream().allMatch(Narrowings::isOne) && keys.add(e.values()));
  }

  private static boolean isOne(Values values) {
    return switch (values) {
      case Values.Addresses v ->
          v.set().ranges().size() == 1 && v.set().ranges().getFirst().single();
      case Values.Numbers v ->
          v.ranges().size() == 1 && v.ranges().getFirst().first() == v.ranges().getFirst().last();
      case Values.Names v -> v.names().size() == 1;
      case Values.Any v -> false;
    };
  }
}
