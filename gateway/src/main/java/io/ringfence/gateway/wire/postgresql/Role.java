package io.ringfence.gateway.wire.postgresql;

import io.ringfence.gateway.exchange.Caller;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.model.Tenant;

/**
 * The database's role that a caller is: its tenant's, which bears the tenant's name; for one of no
 * tenant the last part of its identity ({@code etl} of {@code
 * spiffe://acme.example/ns/ops/sa/etl}).
 */
record Role(String name) {
  static Role of(Caller caller) {
    return new Role(caller.scope().tenant().map(Tenant::name).orElseGet(() -> lastPart(caller)));
  }

  private static String lastPart(Caller caller) {
    String name = caller.principal().identity().orElse(caller.name());
    return name.substring(name.lastIndexOf('/') + 1);
  }

  /**
   * @throws RefusedException when the caller is another by now
   */
  void requireSame(Caller caller) throws RefusedException {
    if (!of(caller).equals(this)) {
      throw new RefusedException(
          Refusal.Kind.UNAUTHENTICATED, "the session's caller is another by now");
    }
  }
}
