package io.ringfence.verifier.guardrails;

import io.ringfence.model.AccessRule;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Guardrail;
import io.ringfence.model.NamePattern;
import io.ringfence.model.Request;
import io.ringfence.model.Tenant;
import io.ringfence.model.Workload;
import io.ringfence.verifier.operations.Grant;
import io.ringfence.verifier.operations.NameSet;
import io.ringfence.verifier.projection.Permit;
import io.ringfence.verifier.subject.Check;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.RequestWitness;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The gateways' side of tenant isolation: operations of members on another tenant's data. */
final class TenantOperations {
  private final Subject subject;
  private final Guardrail.Isolated guardrail;
  private final RequestWitness requests;

  private final TenantGoods goods;
  private final TenantRules rules;
  private final AddressSet memberAddresses;

  TenantOperations(
      Subject subject, Guardrail.Isolated guardrail, TenantGoods goods, TenantRules rules) {
    this.subject = subject;
    this.guardrail = guardrail;
    this.requests = new RequestWitness(subject);
    this.goods = goods;
    this.rules = rules;
    this.memberAddresses = subject.directory().memberAddresses();
  }

  /** What a tenant's members are granted, by rule in their order. */
  private Map<AccessRule, List<Grant>> grants(Tenant member) {
    Map<AccessRule, List<Grant>> out = new LinkedHashMap<>();
    Optional<String> name = Optional.of(member.name());
    for (AccessRule rule : rules.granting().getOrDefault(member.name(), List.of())) {
      List<Grant> all = subject.grants().under(rule);
      out.put(rule, all.stream().filter(g -> g.tenant().equals(name)).toList());
    }
    return out;
  }

  /** The tenants of whose data or workloads something may be reached. */
  Set<String> touched(Tenant member) {
    Set<String> out = new HashSet<>();
    for (List<Grant> grants : grants(member).values()) {
      for (Grant grant : grants) {
        for (NameSet names : grant.collections()) {
          out.addAll(goods.owners().sharing(names.narrowest()));
        }
        for (Permit permit : subject.permits(grant.rule())) {
          if (permit.leg() == Permit.Leg.FROM_GATEWAY) {
            subject
                .workloadsIn(permit.to().intersect(memberAddresses))
                .forEach(w -> subject.tenants(w).forEach(t -> out.add(t.name())));
          }
        }
      }
    }
    return out;
  }

  /** What members of one tenant do with another's: one finding per rule and kind of thing. */
  List<Finding> findings(Tenant member, Tenant other) {
    List<Finding> out = new ArrayList<>();
    grants(member)
        .forEach(
            (rule, grants) -> {
              firstOnData(grants, other).ifPresent(r -> add(rule, member, other, r, out));
              firstAtWorkload(grants, other).ifPresent(r -> add(rule, member, other, r, out));
            });
    return out;
  }

  private Optional<Request> firstOnData(List<Grant> grants, Tenant other) {
    for (Grant grant : grants) {
      for (NameSet names : grant.collections()) {
        Optional<Request> request =
            shared(names, other)
                .flatMap(name -> requests.of(grant, AddressSet.ALL, Optional.of(name)));
        if (request.isPresent()) {
          return request;
        }
      }
    }
    return Optional.empty();
  }

  /**
   * A name in the set whose data is the other's too. Rows that are told apart by the same key are
   * not shared: the gateway adds the member's own value.
   */
  private static Optional<String> shared(NameSet names, Tenant other) {
    for (NamePattern pattern : other.collections()) {
      Optional<String> name = names.exampleIn(pattern);
      if (name.isPresent()) {
        return name;
      }
    }
    return other
        .rows()
        .filter(rows -> !names.rowsKey().equals(Optional.of(rows.key())))
        .flatMap(rows -> names.exampleIn(new NamePattern(rows.collection())));
  }

  private Optional<Request> firstAtWorkload(List<Grant> grants, Tenant other) {
    for (Workload server : subject.directory().members(other)) {
      for (Grant grant : grants) {
        Optional<Request> request = requests.any(grant, subject.directory().addresses(server));
        if (request.isPresent()) {
          return request;
        }
      }
    }
    return Optional.empty();
  }

  private void add(
      AccessRule rule, Tenant member, Tenant other, Request request, List<Finding> out) {
    String message =
        "guardrail `%s` keeps tenants apart, and rule `%s` at %s lets a member of `%s` %s what is `%s`'s: %s"
            .formatted(
                guardrail.name(),
                rule.name(),
                rule.at(),
                member.name(),
                request.action().text(),
                other.name(),
                request
                    .collection()
                    .map(c -> "collection `" + c + "`")
                    .orElseGet(() -> subject.text(request.destination())));
    out.add(
        Finding.of(Check.TENANTS_NOT_ISOLATED, guardrail.name(), message, guardrail.at(), request));
  }
}
