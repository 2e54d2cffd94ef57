package io.ringfence.verifier.guardrails;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Place;
import io.ringfence.verifier.operations.Grant;
import io.ringfence.verifier.subject.Edit;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The rules that are for a tenant's members, in their order.
 *
 * @param borne by tenant, those with an end for its members, whoever bears its token
 * @param granting by tenant, those that grant its members something
 */
record TenantRules(Map<String, List<AccessRule>> borne, Map<String, List<AccessRule>> granting) {
  static TenantRules of(Subject subject) {
    TenantRules out = new TenantRules(new HashMap<>(), new HashMap<>());
    subject.rules().forEach(r -> out.add(subject, r));
    return out;
  }

  private void add(Subject subject, AccessRule rule) {
    bearers(rule).forEach(t -> borne.computeIfAbsent(t, n -> new ArrayList<>()).add(rule));
    holders(subject, rule)
        .forEach(t -> granting.computeIfAbsent(t, n -> new ArrayList<>()).add(rule));
  }

  /** The rules once some are changed. */
  TenantRules after(Edit edit) {
    TenantRules out = new TenantRules(new HashMap<>(borne), new HashMap<>(granting));
    Set<String> tenants = named(edit);
    for (Map<String, List<AccessRule>> map : List.of(out.borne, out.granting)) {
      for (String tenant : tenants) {
        List<AccessRule> kept = new ArrayList<>(map.getOrDefault(tenant, List.of()));
        kept.removeIf(r -> edit.changed().contains(r.name()));
        map.put(tenant, kept);
      }
    }
    for (String name : edit.changed()) {
      edit.after().directory().rule(name).ifPresent(r -> out.add(edit.after(), r));
    }
    Comparator<AccessRule> order = Comparator.comparingInt(edit.after()::number);
    for (String tenant : tenants) {
      out.borne.get(tenant).sort(order);
      out.granting.get(tenant).sort(order);
    }
    return out;
  }

  /** The tenants that a changed rule is or was for. */
  static Set<String> named(Edit edit) {
    Set<String> out = new HashSet<>();
    for (AccessRule rule : edit.rules()) {
      out.addAll(bearers(rule));
      out.addAll(holders(edit.after(), rule));
    }
    return out;
  }

  private static Set<String> bearers(AccessRule rule) {
    Set<String> out = new HashSet<>();
    for (Endpoint from : rule.from()) {
      if (from.place() instanceof Place.OfTenant of) {
        out.add(of.tenant());
      }
    }
    return out;
  }

  private static Set<String> holders(Subject subject, AccessRule rule) {
    Set<String> out = new HashSet<>();
    for (Grant grant : subject.grants().under(rule)) {
      grant.tenant().ifPresent(out::add);
    }
    return out;
  }
}
