package io.ringfence.conformance.proof;

import io.ringfence.targets.nftables.Form;
import io.ringfence.targets.nftables.Generation;
import io.ringfence.targets.nftables.NftablesRenderer;
import io.ringfence.targets.nftables.Placement;
import io.ringfence.targets.nftables.ReadBack;
import io.ringfence.verifier.flows.FlowSpace;
import io.ringfence.verifier.projection.NetworkProjection;
import java.util.ArrayList;
import java.util.List;

/**
 * How long it took, on one thread, to render the rulesets of some machines and read them back.
 *
 * @param machines how many, spread evenly over all
 * @param seconds all told, after a tenth of as many to warm up
 * @param faithful whether each was exactly the blueprint's flows
 */
record ReadBackTime(int machines, int all, double seconds, boolean faithful) {
  private static final Generation ANY = new Generation(1);

  double millisEach() {
    return 1_000 * seconds / machines;
  }

  static ReadBackTime of(NetworkProjection projection, int machines) {
    List<Placement> all = Placement.all(projection.topology());
    int count = Math.min(machines, all.size());
    List<Placement> some = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      some.add(all.get((int) ((long) i * all.size() / count)));
    }
    FlowSpace space = FlowSpace.of(projection.directory());
    faithful(projection, some.subList(0, count / 10), space);
    long begin = System.nanoTime();
    boolean faithful = faithful(projection, some, space);
    return new ReadBackTime(count, all.size(), (System.nanoTime() - begin) / 1e9, faithful);
  }

  private static boolean faithful(
      NetworkProjection projection, List<Placement> some, FlowSpace space) {
    boolean out = true;
    for (Placement placement : some) {
      var ruleset = NftablesRenderer.render(projection, placement, ANY, Form.AS_DECLARED);
      out &= ReadBack.compare(projection, placement, ruleset.json(), space).faithful();
    }
    return out;
  }
}
