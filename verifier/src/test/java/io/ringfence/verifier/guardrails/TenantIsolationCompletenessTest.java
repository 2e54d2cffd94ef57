package io.ringfence.verifier.guardrails;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.model.AddressSet;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Flow;
import io.ringfence.model.Guardrail;
import io.ringfence.model.Principal;
import io.ringfence.model.Request;
import io.ringfence.model.SourceLocation;
import io.ringfence.model.Tenant;
import io.ringfence.model.Verdict;
import io.ringfence.model.Workload;
import io.ringfence.model.testing.BlueprintGenerator;
import io.ringfence.model.testing.Feature;
import io.ringfence.model.testing.FlowGenerator;
import io.ringfence.model.testing.RequestGenerator;
import io.ringfence.verifier.Verification;
import io.ringfence.verifier.projection.Permit;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Where the reference lets a member reach another tenant, the proof does not hold. */
class TenantIsolationCompletenessTest {
  private static final long SEED = 77L;
  private static final int BLUEPRINTS = 400;
  private static final int TRIES = 60;

  private int leaks;

  @Test
  void noLeakBetweenTenantsIsOverlooked() {
    BlueprintGenerator generator = new BlueprintGenerator(SEED).without(Feature.GUARDRAILS);
    for (int i = 0; i < BLUEPRINTS; i++) {
      Blueprint blueprint = isolated(generator.next());
      if (blueprint.tenants().size() > 1) {
        hold(Verification.of(new Directory(blueprint)));
      }
    }
    System.out.println("leaks between tenants: " + leaks + ", seed " + SEED);
    assertTrue(leaks > 20);
  }

  private static Blueprint isolated(Blueprint b) {
    Guardrail guardrail = new Guardrail.Isolated("apart", SourceLocation.BUILT_IN);
    return new Blueprint(
        b.name(),
        b.segments(),
        b.workloads(),
        b.resolvers(),
        b.management(),
        b.tenants(),
        b.roles(),
        b.gateways(),
        b.access(),
        b.egress(),
        List.of(guardrail),
        List.of(),
        b.hosts(),
        b.routers(),
        b.links());
  }

  private void hold(Verification verification) {
    Subject subject = verification.subject();
    FlowGenerator flows = new FlowGenerator(subject.blueprint(), SEED);
    RequestGenerator requests = new RequestGenerator(subject.blueprint(), SEED);
    for (int i = 0; i < TRIES; i++) {
      Flow flow = flows.next();
      if (leaks(subject, flow)) {
        leaks++;
        assertFalse(verification.holds(), () -> subject.blueprint().name() + " " + flow);
      }
      Optional<Request> request = requests.next();
      if (request.filter(r -> leaks(subject, r)).isPresent()) {
        leaks++;
        assertFalse(verification.holds(), () -> subject.blueprint().name() + " " + request);
      }
    }
  }

  /** From a member's workload to another tenant's workload or endpoint. */
  private static boolean leaks(Subject subject, Flow flow) {
    if (!subject.permissive().decide(flow).permitted()) {
      return false;
    }
    List<Tenant> from = tenants(subject, subject.directory().workloadAt(flow.source()));
    boolean gateway =
        subject.directory().workloadAt(flow.source()).stream()
            .anyMatch(w -> subject.blueprint().gateways().containsKey(w.name()));
    List<Tenant> to = tenants(subject, subject.directory().workloadAt(flow.destination()));
    return !gateway
        && subject.blueprint().tenants().values().stream()
            .filter(other -> from.stream().anyMatch(member -> !member.equals(other)))
            .anyMatch(
                other ->
                    to.contains(other) && from.stream().noneMatch(to::contains)
                        || other
                            .endpoint()
                            .filter(e -> e.address().equals(flow.destination()))
                            .isPresent());
  }

  private static List<Tenant> tenants(Subject subject, Optional<Workload> workload) {
    Optional<String> id = workload.flatMap(Workload::identity);
    return subject.blueprint().tenants().values().stream()
        .filter(t -> id.filter(t::hasMember).isPresent())
        .toList();
  }

  /** On another's collection, unless both have rows there told apart by one key. */
  private static boolean leaks(Subject subject, Request request) {
    Verdict verdict = subject.permissive().decide(request);
    Optional<Tenant> member = member(subject, request.principal());
    if (!verdict.permitted() || member.isEmpty() || request.collection().isEmpty()) {
      return false;
    }
    boolean all = subject.blueprint().rule(verdict.decider()).orElseThrow().allTenants();
    boolean token =
        request.principal().identity().isPresent()
            && request.principal().claimedTenant().isPresent();
    String collection = request.collection().get();
    return request.action().onCollection()
        && enters(subject, verdict, request)
        && !(all && token)
        && subject.blueprint().tenants().values().stream()
            .filter(other -> !other.equals(member.get()) && other.owns(collection))
            .anyMatch(other -> all || !rows(member.get(), collection) || !rows(other, collection));
  }

  /** Where the gateway has no address of the client's family, no packet reaches it. */
  private static boolean enters(Subject subject, Verdict verdict, Request request) {
    return subject.permits(subject.blueprint().rule(verdict.decider()).orElseThrow()).stream()
        .filter(p -> p.leg() == Permit.Leg.TO_GATEWAY)
        .flatMap(p -> p.between(AddressSet.of(request.source()), AddressSet.ALL).stream())
        .anyMatch(p -> subject.witnesses().flow(p).isPresent());
  }

  private static boolean rows(Tenant tenant, String collection) {
    return tenant.collections().stream().noneMatch(p -> p.matches(collection));
  }

  private static Optional<Tenant> member(Subject subject, Principal principal) {
    List<Tenant> out = new ArrayList<>();
    for (Tenant tenant : subject.blueprint().tenants().values()) {
      if (principal.identity().filter(tenant::hasMember).isPresent()
          || principal.claimedTenant().equals(Optional.of(tenant.name()))) {
        out.add(tenant);
      }
    }
    return out.size() == 1 ? Optional.of(out.getFirst()) : Optional.empty();
  }
}
