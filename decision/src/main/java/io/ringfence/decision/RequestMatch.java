package io.ringfence.decision;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Fact;
import io.ringfence.model.Place;
import io.ringfence.model.Principal;
import io.ringfence.model.Request;
import io.ringfence.model.Role;
import io.ringfence.model.SessionTerms;
import io.ringfence.model.Tenant;
import io.ringfence.model.Workload;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Whether one rule permits one operation; a refusal says in words what does not fit. */
final class RequestMatch {
  private final Blueprint blueprint;
  private final Directory directory;
  private final Conditions conditions;

  RequestMatch(Directory directory, Conditions conditions) {
    this.blueprint = directory.blueprint();
    this.directory = directory;
    this.conditions = conditions;
  }

  /** Why the rule does not permit the request; empty when it does, its legs aside. */
  Optional<String> refusal(AccessRule rule, Request request) {
    return parts(rule, request).map(Supplier::get).flatMap(Optional::stream).findFirst();
  }

  /** How many of the rule's parts, in their order, take the request in before one does not. */
  long fitting(AccessRule rule, Request request) {
    return parts(rule, request).map(Supplier::get).takeWhile(Optional::isEmpty).count();
  }

  private Stream<Supplier<Optional<String>>> parts(AccessRule rule, Request request) {
    return Stream.of(
        () -> way(rule, request),
        () -> principal(rule, request),
        () -> role(rule, request),
        () -> collection(rule, request),
        () -> approval(rule, request),
        () -> rule.when().flatMap(c -> conditions.refusal(c.cel(), facts(request))));
  }

  /** The facts that the request itself shows, over those it came with. */
  private Map<String, Object> facts(Request request) {
    Map<String, Object> out = new TreeMap<>(request.facts());
    out.put(Fact.REQUEST_ACTION.text(), request.action().text());
    request.collection().ifPresent(c -> out.put(Fact.REQUEST_COLLECTION.text(), c));
    request.principal().identity().ifPresent(id -> out.put(Fact.PRINCIPAL_ID.text(), id));
    tenants(request.principal()).forEach(t -> out.put(Fact.PRINCIPAL_TENANT.text(), t));
    return out;
  }

  private Optional<String> way(AccessRule rule, Request request) {
    if (!rule.through().equals(Optional.of(request.gateway()))) {
      return Optional.of("it does not go through `" + request.gateway() + "`");
    }
    boolean serves =
        directory.workloadsAt(request.destination()).stream()
            .anyMatch(w -> rule.to().stream().anyMatch(to -> serves(to, w, request)));
    return serves ? Optional.empty() : Optional.of("it is for another service");
  }

  private boolean serves(Endpoint to, Workload workload, Request request) {
    return directory.workloads(to.place()).contains(workload)
        && FlowMatch.servicePort(to, workload, request.protocol(), request.port());
  }

  /** No trust from network location: who asks must be whom the rule names, sending from there. */
  private Optional<String> principal(AccessRule rule, Request request) {
    Set<String> tenants = tenants(request.principal());
    if (tenants.size() > 1) {
      return Optional.of("the principal is a member of " + tenants + ", not of one tenant");
    }
    boolean named = rule.from().stream().anyMatch(from -> named(from, request, tenants));
    return named
        ? Optional.empty()
        : Optional.of("it is not for " + request.principal().text() + " at " + request.source());
  }

  private boolean named(Endpoint from, Request request, Set<String> tenants) {
    if (!directory.ruleAddresses(from.place()).contains(request.source())) {
      return false;
    }
    if (from.place() instanceof Place.OfTenant of) {
      return tenants.contains(of.tenant());
    }
    // Of the processes that share an address only those of the place are meant.
    List<Workload> meant = directory.workloads(from.place());
    return directory.workloadsAt(request.source()).stream()
        .filter(w -> meant.isEmpty() || meant.contains(w))
        .flatMap(w -> w.identity().stream())
        .anyMatch(id -> request.principal().identity().equals(Optional.of(id)));
  }

  /** The tenants that verified identity makes the principal a member of. */
  private Set<String> tenants(Principal principal) {
    Set<String> out = new TreeSet<>();
    principal.claimedTenant().ifPresent(out::add);
    for (Tenant tenant : blueprint.tenants().values()) {
      if (principal.identity().filter(tenant::hasMember).isPresent()) {
        out.add(tenant.name());
      }
    }
    return out;
  }

  private Optional<String> role(AccessRule rule, Request request) {
    Optional<Role> role = rule.role().map(blueprint.roles()::get);
    if (role.isEmpty()) {
      return Optional.of("it names no role, so it grants no action");
    }
    return role.get().actions().contains(request.action())
        ? Optional.empty()
        : Optional.of("role `" + role.get().name() + "` does not " + request.action().text());
  }

  private Optional<String> collection(AccessRule rule, Request request) {
    if (!request.action().onCollection()) {
      return Optional.empty();
    }
    if (request.collection().isEmpty()) {
      return Optional.of("the request names no collection");
    }
    String name = request.collection().get();
    boolean listed = rule.collections().stream().anyMatch(p -> p.matches(name));
    if (!rule.collections().isEmpty() && !listed) {
      return Optional.of("collection `" + name + "` is not among " + rule.collections());
    }
    Set<String> owners = owners(name);
    if (owners.isEmpty()) {
      return listed ? Optional.empty() : Optional.of("no tenant owns collection `" + name + "`");
    }
    Set<String> tenants = tenants(request.principal());
    return rule.allTenants() || (owners.containsAll(tenants) && !tenants.isEmpty())
        ? Optional.empty()
        : Optional.of("collection `" + name + "` belongs to " + owners);
  }

  private Set<String> owners(String collection) {
    Set<String> out = new TreeSet<>();
    for (Tenant tenant : blueprint.tenants().values()) {
      if (tenant.owns(collection)) {
        out.add(tenant.name());
      }
    }
    return out;
  }

  private static Optional<String> approval(AccessRule rule, Request request) {
    String fact = Fact.SESSION_APPROVED.text();
    boolean needed = rule.session().filter(SessionTerms::approvalRequired).isPresent();
    return !needed || Boolean.TRUE.equals(request.facts().get(fact))
        ? Optional.empty()
        : Optional.of("the session is not approved (fact `" + fact + "`)");
  }
}
