package io.ringfence.gateway.exchange;

import io.ringfence.gateway.policy.Standing;
import io.ringfence.gateway.request.Scope;
import io.ringfence.model.Address;
import io.ringfence.model.Principal;
import java.util.Map;

/**
 * Who asks, as verified, and from where.
 *
 * @param name tells this caller from every other: sessions, rates and records are kept by it. A
 *     principal alone does not where a tenant's members show tokens
 * @param source where the connection comes from, which alone gives no right
 * @param scope what the principal's tenant may see
 * @param facts by dotted name, what conditions read
 */
public record Caller(
    Principal principal, String name, Address source, Scope scope, Map<String, Object> facts) {
  public Caller {
    facts = Map.copyOf(facts);
  }

  /** One as the policy knows it. */
  public static Caller of(
      Standing standing, String name, Address source, Map<String, Object> facts) {
    return new Caller(standing.principal(), name, source, standing.scope(), facts);
  }

  /** One whose principal is all that tells it from others. */
  public Caller(Principal principal, Address source, Scope scope, Map<String, Object> facts) {
    this(principal, principal.text(), source, scope, facts);
  }
}
