package io.ringfence.gateway.serve;

import io.ringfence.gateway.exchange.Admission;
import io.ringfence.gateway.exchange.AuditTrail;
import io.ringfence.gateway.exchange.Caller;
import io.ringfence.gateway.exchange.Gatekeeper;
import io.ringfence.gateway.identity.Authenticator;
import io.ringfence.gateway.identity.Identified;
import io.ringfence.gateway.limit.Places;
import io.ringfence.gateway.policy.Standing;
import io.ringfence.gateway.policy.Tenancy;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.session.Sessions;
import io.ringfence.gateway.wire.Asker;
import io.ringfence.gateway.wire.Reception;
import io.ringfence.model.Address;
import io.ringfence.model.Fact;
import io.ringfence.model.Tenant;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * One service's reception in one generation.
 *
 * @param endpoints the gateway's private endpoints, and whose they are
 * @param local absent but in a run on one machine
 * @param seats of connections, by principal
 * @param explains whether answers say which rule decided
 * @param served refuses while the database's own settings leave something open
 */
record ServiceReception(
    Authenticator authenticator,
    Sessions sessions,
    Tenancy tenancy,
    Gatekeeper gatekeeper,
    Admission admission,
    Reporting reporting,
    Map<Address, String> endpoints,
    Optional<LocalSources> local,
    Served served,
    Places seats,
    boolean explains,
    InstantSource clock)
    implements Reception {
  /** Whether the database may serve anybody now. */
  @FunctionalInterface
  interface Served {
    void require() throws RefusedException;
  }

  @Override
  public Caller caller(Asker asker) throws RefusedException {
    Identified identified = authenticator.authenticate(asker.proofs());
    sessions.admit(identified);
    served.require();
    Instant now = clock.instant();
    if (!now.isBefore(identified.until())) {
      throw new RefusedException(Refusal.Kind.UNAUTHENTICATED, "the proof of identity has expired");
    }
    Map<String, Object> facts = new HashMap<>(identified.facts());
    facts.put(Fact.REQUEST_TIME.text(), now);
    Standing standing = tenancy.standing(identified.credentials());
    Caller caller = Caller.of(standing, identified.name(), asker.source(), facts);
    asker.seat().take(seats, caller.name());
    refuseForeignEndpoint(asker.entry(), caller.scope().tenant());
    return local.isPresent() ? local.get().placed(caller) : caller;
  }

  /** A tenant's private endpoint is entered by its members only. */
  private void refuseForeignEndpoint(Address entry, Optional<Tenant> tenant)
      throws RefusedException {
    String owner = endpoints.get(entry);
    if (owner != null && tenant.filter(t -> t.name().equals(owner)).isEmpty()) {
      throw new RefusedException(Refusal.Kind.DENIED, "this address is another tenant's");
    }
  }

  @Override
  public AuditTrail trail() {
    return reporting.trail();
  }

  @Override
  public CompletionStage<Void> unknown(Asker asker, Refusal refusal) {
    return reporting.unknown(asker.source(), refusal);
  }
}
