package io.ringfence.model.testing;

import io.ringfence.model.Blueprint;
import io.ringfence.model.Flow;
import io.ringfence.model.Request;
import java.util.Optional;

/** Requests that a rule means, requests near to one, and some that come from or go elsewhere. */
public final class MixedRequestGenerator {
  private final RequestGenerator near;
  private final LikelyRequestGenerator likely;
  private final FlowGenerator flows;
  private final Dice dice;

  public MixedRequestGenerator(Blueprint blueprint, long seed) {
    near = new RequestGenerator(blueprint, seed);
    likely = new LikelyRequestGenerator(blueprint, seed);
    flows = new FlowGenerator(blueprint, seed);
    dice = new Dice(seed);
  }

  /** The next request; none when a rule was drawn that means none, or no rule has a gateway. */
  public Optional<Request> next() {
    return (dice.oneIn(2) ? near.next() : likely.next()).map(this::astray);
  }

  private Request astray(Request request) {
    Flow flow = flows.next();
    return new Request(
        dice.oneIn(12) ? flow.source() : request.source(),
        request.gateway(),
        dice.oneIn(16) ? flow.destination() : request.destination(),
        dice.oneIn(16) ? flow.protocol() : request.protocol(),
        dice.oneIn(16) ? flow.port() : request.port(),
        request.principal(),
        request.action(),
        request.collection(),
        request.facts());
  }
}
