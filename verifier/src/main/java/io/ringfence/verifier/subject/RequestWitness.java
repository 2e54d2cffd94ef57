package io.ringfence.verifier.subject;

import io.ringfence.model.Action;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Fact;
import io.ringfence.model.Flow;
import io.ringfence.model.Request;
import io.ringfence.verifier.operations.Grant;
import io.ringfence.verifier.operations.NameSet;
import io.ringfence.verifier.projection.Permit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes the one request that shows a grant, which {@code decision} permits when guardrails and
 * conditions are set aside.
 */
public final class RequestWitness {
  /** A condition beside an approval is not solved for; replays set conditions aside. */
  private static final Map<String, Object> FACTS = Map.of(Fact.SESSION_APPROVED.text(), true);

  private final Subject subject;

  public RequestWitness(Subject subject) {
    this.subject = subject;
  }

  /** The grant's first action, on the given collection if it takes one, at a server within. */
  public Optional<Request> of(Grant grant, AddressSet servers, Optional<String> collection) {
    for (Action action : grant.actions()) {
      if (action.onCollection() == collection.isPresent()) {
        Optional<Request> request = of(grant, servers, action, collection);
        if (request.isPresent()) {
          return request;
        }
      }
    }
    return Optional.empty();
  }

  /** Any operation of the grant. */
  public Optional<Request> any(Grant grant, AddressSet servers) {
    for (NameSet names : grant.collections()) {
      Optional<Request> request = of(grant, servers, names.example());
      if (request.isPresent()) {
        return request;
      }
    }
    return of(grant, servers, Optional.empty());
  }

  private Optional<Request> of(
      Grant grant, AddressSet servers, Action action, Optional<String> collection) {
    for (Flow entry : legs(grant, Permit.Leg.TO_GATEWAY, grant.sources(), AddressSet.ALL)) {
      for (Flow exit : legs(grant, Permit.Leg.FROM_GATEWAY, AddressSet.ALL, servers)) {
        Request request =
            new Request(
                entry.source(),
                grant.rule().through().orElseThrow(),
                exit.destination(),
                exit.protocol(),
                exit.port(),
                grant.principal(),
                action,
                collection,
                FACTS);
        if (subject.permissive(grant.rule()).decide(request).permitted()) {
          return Optional.of(request);
        }
      }
    }
    return Optional.empty();
  }

  private List<Flow> legs(Grant grant, Permit.Leg leg, AddressSet from, AddressSet to) {
    List<Flow> out = new ArrayList<>();
    for (Permit permit : subject.permits(grant.rule())) {
      if (permit.leg() == leg) {
        permit.between(from, to).flatMap(subject.witnesses()::flow).ifPresent(out::add);
      }
    }
    return out;
  }
}
