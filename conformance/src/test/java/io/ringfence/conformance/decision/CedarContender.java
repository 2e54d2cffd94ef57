package io.ringfence.conformance.decision;

import com.cedarpolicy.BasicAuthorizationEngine;
import com.cedarpolicy.model.AuthorizationRequest;
import com.cedarpolicy.model.AuthorizationResponse;
import com.cedarpolicy.model.entity.Entities;
import com.cedarpolicy.model.policy.Policy;
import com.cedarpolicy.model.policy.PolicySet;
import com.cedarpolicy.value.EntityTypeName;
import com.cedarpolicy.value.EntityUID;
import com.cedarpolicy.value.PrimBool;
import com.cedarpolicy.value.PrimLong;
import com.cedarpolicy.value.PrimString;
import io.ringfence.model.Action;
import io.ringfence.model.Request;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Cedar: a policy for each grant, parsed once and kept on the engine's side. Cedar has no tenants;
 * in an estate no grant names what is another tenant's, so that answers are the same without.
 */
final class CedarContender implements Contender<AuthorizationRequest> {
  private static final EntityTypeName CLIENT = EntityTypeName.parse("Client").orElseThrow();
  private static final EntityTypeName ACTION = EntityTypeName.parse("Action").orElseThrow();
  private static final EntityTypeName SERVER = EntityTypeName.parse("Server").orElseThrow();

  private final BasicAuthorizationEngine engine = new BasicAuthorizationEngine();
  private final Entities entities = new Entities(new HashSet<>());
  private final PolicySet policies;

  CedarContender(GrantEstate estate) throws Exception {
    Set<Policy> each = new HashSet<>();
    for (int i = 0; i < estate.grants(); i++) {
      each.add(new Policy(policy(estate.terms(i)), "grant" + i));
    }
    policies = new PolicySet(each);
    policies.cache();
    if (policies.cacheKey().isEmpty()) {
      throw new IllegalStateException("the policies are not kept parsed");
    }
  }

  private static String policy(GrantEstate.Terms terms) {
    String actions =
        GrantEstate.ROLES.get(terms.role()).stream()
            .map(a -> "Action::\"" + a.text() + "\"")
            .collect(Collectors.joining(", "));
    return "permit(principal == Client::\""
        + terms.identity()
        + "\", action in ["
        + actions
        + "], resource == Server::\""
        + GrantEstate.SERVER
        + "\") when { context.source == \""
        + terms.source()
        + "\" && context.port == "
        + GrantEstate.PORT
        + " && context.collection like \""
        + terms.prefix()
        + "*\""
        + (terms.conditional() ? " && context.healthy && context.risk < 50" : "")
        + " };";
  }

  @Override
  public String name() {
    return "cedar";
  }

  @Override
  public List<AuthorizationRequest> prepare(List<Request> requests) {
    return requests.stream().map(CedarContender::prepared).toList();
  }

  private static AuthorizationRequest prepared(Request request) {
    Action action = request.action();
    return new AuthorizationRequest(
        new EntityUID(CLIENT, request.principal().identity().orElseThrow()),
        new EntityUID(ACTION, action.text()),
        new EntityUID(SERVER, request.destination().toString()),
        Map.of(
            "source", new PrimString(request.source().toString()),
            "port", new PrimLong((long) request.port()),
            "collection", new PrimString(request.collection().orElseThrow()),
            "healthy", new PrimBool((Boolean) request.facts().get("device.healthy")),
            "risk", new PrimLong((Long) request.facts().get("device.risk"))));
  }

  @Override
  public boolean permits(AuthorizationRequest request) throws Exception {
    AuthorizationResponse response = engine.isAuthorized(request, policies, entities);
    return response.success.orElseThrow().isAllowed();
  }
}
