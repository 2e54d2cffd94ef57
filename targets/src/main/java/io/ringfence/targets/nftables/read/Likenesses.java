package io.ringfence.targets.nftables.read;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Chains that do the same to whatever enters them, told by their rules' shape: thousands of rules'
 * chains differ in their counters only, and are followed as one.
 */
final class Likenesses {
  private final Map<String, ReadChain> chains;
  private final Map<String, String> likeByChain = new HashMap<>();
  private final Map<List<Object>, String> chainByShape = new HashMap<>();

  Likenesses(Map<String, ReadChain> chains) {
    this.chains = chains;
  }

  /** The one of all like targets that stands for them. */
  Target like(Target target) {
    return switch (target) {
      case Target.Accept t -> t;
      case Target.Drop t -> t;
      case Target.Return t -> t;
      case Target.Jump t -> new Target.Jump(like(t.chain()));
      case Target.Goto t -> new Target.Goto(like(t.chain()));
    };
  }

  private String like(String chain) {
    String known = likeByChain.get(chain);
    if (known == null) {
      // A chain that leads back to itself is like no other.
      likeByChain.put(chain, chain);
      known = chainByShape.computeIfAbsent(shape(chains.get(chain)), s -> chain);
      likeByChain.put(chain, known);
    }
    return known;
  }

  private List<Object> shape(ReadChain chain) {
    List<Object> out = new ArrayList<>();
    for (ReadChain.ReadRule rule : chain.rules()) {
      rule.steps().forEach(s -> out.add(shape(s)));
      out.add("");
    }
    return out;
  }

  private Object shape(Step step) {
    return switch (step) {
      case Step.Go s -> new Step.Go(like(s.target()));
      case Step.Match s -> List.of("match", s.key(), content(s.table()), s.inverted());
      case Step.Lookup s -> List.of("lookup", s.key(), content(s.map()));
      case Step.Perhaps s -> s;
      case Step.SetMark s -> s;
      case Step.Effect s -> "";
    };
  }

  /** What stands in a rule is told by its content, a named table by itself. */
  private static Object content(Table table) {
    return table.name().isEmpty() ? table.elements() : table;
  }
}
