package io.ringfence.targets.nftables.read;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The chains that drop whatever enters them, however they sort it before; told by their rules'
 * shape alone.
 */
final class DeadEnds {
  private final Map<String, ReadChain> chains;
  private final Map<String, Boolean> known = new HashMap<>();

  DeadEnds(Map<String, ReadChain> chains) {
    this.chains = chains;
  }

  /** True when nothing that enters the chain passes or comes back. */
  boolean isDeadEnd(String chain) {
    Boolean answer = known.get(chain);
    if (answer == null) {
      // A chain that leads back to itself is no dead end but an error, for the evaluation to find.
      known.put(chain, false);
      answer = endsDead(chains.get(chain).rules());
      known.put(chain, answer);
    }
    return answer;
  }

  private boolean endsDead(List<ReadChain.ReadRule> rules) {
    return !rules.isEmpty()
        && rules.stream().flatMap(r -> r.steps().stream()).allMatch(this::leadsNowhere)
        && isUnconditional(rules.getLast());
  }

  private static boolean isUnconditional(ReadChain.ReadRule rule) {
    return !rule.steps().isEmpty() && rule.steps().getFirst() instanceof Step.Go;
  }

  private boolean leadsNowhere(Step step) {
    return switch (step) {
      case Step.Match s -> true;
      case Step.Perhaps s -> true;
      case Step.Effect s -> true;
      // A mark outlives the packet.
      case Step.SetMark s -> false;
      case Step.Go s -> leadsNowhere(s.target());
      case Step.Lookup s ->
          s.map().elements().stream()
              .allMatch(e -> e.target().filter(this::leadsNowhere).isPresent());
    };
  }

  private boolean leadsNowhere(Target target) {
    return switch (target) {
      case Target.Accept t -> false;
      case Target.Return t -> false;
      case Target.Drop t -> true;
      case Target.Jump t -> isDeadEnd(t.chain());
      case Target.Goto t -> isDeadEnd(t.chain());
    };
  }
}
