package io.ringfence.conformance.decision;

import io.ringfence.gateway.policy.CompiledPolicy;
import io.ringfence.gateway.policy.Generation;
import io.ringfence.model.Directory;
import io.ringfence.model.Request;
import java.util.List;

/** The gateway's own. */
final class CompiledContender implements Contender<Request> {
  private final CompiledPolicy policy;

  CompiledContender(GrantEstate estate) {
    policy = new CompiledPolicy(new Directory(estate.blueprint()), new Generation(1, "bench"));
  }

  @Override
  public String name() {
    return "ringfence";
  }

  @Override
  public List<Request> prepare(List<Request> requests) {
    return requests;
  }

  @Override
  public boolean permits(Request request) {
    return policy.decide(request).permitted();
  }
}
