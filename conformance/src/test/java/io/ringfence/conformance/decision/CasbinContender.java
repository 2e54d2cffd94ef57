package io.ringfence.conformance.decision;

import io.ringfence.model.Action;
import io.ringfence.model.Request;
import java.util.ArrayList;
import java.util.List;
import org.casbin.jcasbin.main.CachedEnforcer;
import org.casbin.jcasbin.main.Enforcer;
import org.casbin.jcasbin.model.Model;

/**
 * jCasbin: a policy line for each grant; roles are its own. Conditions are told apart in the
 * matcher by a word of the line.
 */
final class CasbinContender implements Contender<Object[]> {
  private static final String MODEL =
      """
      [request_definition]
      r = sub, src, srv, act, obj, healthy, risk
      [policy_definition]
      p = sub, src, srv, role, obj, when
      [role_definition]
      g = _, _
      [policy_effect]
      e = some(where (p.eft == allow))
      [matchers]
      m = r.sub == p.sub && r.src == p.src && r.srv == p.srv && g(r.act, p.role) \
      && keyMatch(r.obj, p.obj) && (p.when == "always" || (r.healthy == "true" && long(r.risk) < 50))
      """;

  private final String name;
  private final Enforcer enforcer;

  CasbinContender(GrantEstate estate, boolean cached) {
    name = cached ? "jcasbin, cached" : "jcasbin";
    Model model = new Model();
    model.loadModelFromText(MODEL);
    enforcer = cached ? new CachedEnforcer(model) : new Enforcer(model);
    enforcer.enableLog(false);
    List<List<String>> lines = new ArrayList<>();
    for (int i = 0; i < estate.grants(); i++) {
      lines.add(line(estate.terms(i)));
    }
    enforcer.addPolicies(lines);
    GrantEstate.ROLES.forEach(
        (role, actions) -> actions.forEach(a -> enforcer.addGroupingPolicy(a.text(), role)));
  }

  private static String server() {
    return GrantEstate.SERVER + ":" + GrantEstate.PORT;
  }

  private static List<String> line(GrantEstate.Terms terms) {
    return List.of(
        terms.identity(),
        terms.source().toString(),
        server(),
        terms.role(),
        terms.prefix() + "*",
        terms.conditional() ? "healthy" : "always");
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<Object[]> prepare(List<Request> requests) {
    return requests.stream().map(CasbinContender::prepared).toList();
  }

  private static Object[] prepared(Request request) {
    Action action = request.action();
    return new Object[] {
      request.principal().identity().orElseThrow(),
      request.source().toString(),
      request.destination() + ":" + request.port(),
      action.text(),
      request.collection().orElseThrow(),
      request.facts().get("device.healthy").toString(),
      request.facts().get("device.risk").toString()
    };
  }

  @Override
  public boolean permits(Object[] request) {
    return enforcer.enforce(request);
  }
}
