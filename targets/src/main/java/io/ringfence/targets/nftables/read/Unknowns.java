package io.ringfence.targets.nftables.read;

import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.flows.FlowSpace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A variable for each thing that is not understood, at each place where a packet may meet it: what
 * is proved of sets that have them holds however each turns out.
 *
 * <p>They take the place of names in a {@link FlowSpace} of their own.
 */
final class Unknowns {
  /** The most that one ruleset may have. */
  static final int UNKNOWNS_MAX = 256;

  private final FlowSpace space;
  private final Map<Object, FlowSet> known = new HashMap<>();

  Unknowns(FlowSpace space) {
    this.space = space;
  }

  /** A space with room for them. */
  static FlowSpace space() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < UNKNOWNS_MAX; i++) {
      names.add("unknown %04d".formatted(i));
    }
    return FlowSpace.telling(names);
  }

  /** The flows for which it turns out to match. */
  FlowSet of(Object what) {
    FlowSet found = known.get(what);
    if (found == null) {
      if (known.size() == space.names().size()) {
        throw new UnreadableException(
            "more than "
                + known.size()
                + " things that are not understood, on the ways of packets");
      }
      found = space.fqdn(space.names().get(known.size()));
      known.put(what, found);
    }
    return found;
  }

  /** The flows for which everything met so far matches. */
  FlowSet allMatch() {
    return known.values().stream().reduce(space.all(), FlowSet::intersect);
  }
}
