package io.ringfence.gateway.policy;

import io.ringfence.decision.ConditionProgram;
import io.ringfence.decision.SessionFacts;
import io.ringfence.model.Action;
import io.ringfence.model.Fact;
import io.ringfence.model.Request;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** A request while it is decided, with what is known of it so far. */
final class Question implements NameTable.Test<Grant>, ConditionProgram.Facts {
  private static final Map<Action, String> ACTION_TEXTS = new EnumMap<>(Action.class);

  static {
    for (Action action : Action.values()) {
      ACTION_TEXTS.put(action, action.text());
    }
  }

  /** Whose the collection is: asked for at most once. */
  private enum Owner {
    NOBODY,
    CALLER,
    OTHERS
  }

  private final Request request;
  private final Memberships memberships;
  private final String tenant;
  private final SessionFacts sessions;
  private Owner owner;

  /** The grant that is looked at: whose session it is that a condition reads. */
  private Grant grant;

  /**
   * @param tenant null when the principal is a member of none
   * @param sessions null when the request's own facts tell of them
   */
  Question(Request request, Memberships memberships, String tenant, SessionFacts sessions) {
    this.request = request;
    this.memberships = memberships;
    this.tenant = tenant;
    this.sessions = sessions;
  }

  Request request() {
    return request;
  }

  /** Whether the grant permits what it is known to cover by action and name. */
  @Override
  public boolean takes(Grant grant) {
    this.grant = grant;
    return mayTouch(grant)
        && (!grant.approval() || Boolean.TRUE.equals(value(Fact.SESSION_APPROVED)))
        && (grant.condition().isEmpty() || grant.condition().get().holds(this));
  }

  private boolean mayTouch(Grant grant) {
    return !request.action().onCollection()
        || switch (owner()) {
          case NOBODY -> grant.listing();
          case CALLER -> true;
          case OTHERS -> grant.allTenants();
        };
  }

  private Owner owner() {
    if (owner == null) {
      String name = request.collection().orElseThrow();
      if (tenant != null && memberships.owns(tenant, name)) {
        owner = Owner.CALLER;
      } else {
        owner = memberships.owned(name) ? Owner.OTHERS : Owner.NOBODY;
      }
    }
    return owner;
  }

  @Override
  public Object value(Fact fact) {
    if (sessions != null) {
      if (fact == Fact.SESSION_APPROVED) {
        return sessions.approved(grant.rule().name());
      }
      if (fact == Fact.SESSION_AGE) {
        return sessions.age(grant.rule().name()).orElse(null);
      }
    }
    Optional<String> shown =
        switch (fact) {
          case REQUEST_ACTION -> Optional.of(ACTION_TEXTS.get(request.action()));
          case REQUEST_COLLECTION -> request.collection();
          case PRINCIPAL_ID -> request.principal().identity();
          case PRINCIPAL_TENANT -> Optional.ofNullable(tenant);
          case REQUEST_TIME, SESSION_AGE, SESSION_APPROVED, DEVICE, CLAIMS -> Optional.empty();
        };
    return shown.isPresent() ? shown.get() : request.facts().get(fact.text());
  }

  @Override
  public Map<String, Object> dotted() {
    return request.facts();
  }
}
