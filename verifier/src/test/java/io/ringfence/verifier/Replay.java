package io.ringfence.verifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.decision.Authorizer;
import io.ringfence.model.AccessRule;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Audience;
import io.ringfence.model.Blueprint;
import io.ringfence.model.BlueprintTest;
import io.ringfence.model.Directory;
import io.ringfence.model.Flow;
import io.ringfence.model.Isolation;
import io.ringfence.model.Request;
import io.ringfence.model.Segment;
import io.ringfence.model.Verdict;
import io.ringfence.model.Workload;
import io.ringfence.verifier.subject.Check;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.RequestWitness;
import io.ringfence.verifier.subject.Subject;
import io.ringfence.verifier.subject.Variants;
import java.util.List;
import java.util.Optional;

/** Asks {@code decision}, on variants of the blueprint, whether a finding's witness shows it. */
final class Replay {
  private final Subject subject;
  private final Blueprint blueprint;
  private final Blueprint open;

  Replay(Subject subject) {
    this.subject = subject;
    this.blueprint = subject.blueprint();
    this.open = Variants.permissive(blueprint);
  }

  private static Verdict decide(Blueprint blueprint, Flow flow) {
    return new Authorizer(new Directory(blueprint)).decide(flow);
  }

  private static Verdict decide(Blueprint blueprint, Request request) {
    return new Authorizer(new Directory(blueprint)).decide(request);
  }

  void assertShown(Finding finding) {
    String why = blueprint.name() + ": " + finding;
    assertTrue(finding.witness().isPresent() != finding.request().isPresent(), why);
    finding.witness().ifPresent(f -> assertShown(finding, f, why));
    finding.request().ifPresent(r -> assertShown(finding, r, why));
  }

  private void assertShown(Finding finding, Flow flow, String why) {
    switch (Check.of(finding.check())) {
      case GUARDRAIL_VIOLATED -> {
        Blueprint guarded = Variants.guardedBy(blueprint, List.of(finding.subject()));
        assertEquals(finding.subject(), decide(guarded, flow).decider(), why);
        assertTrue(decide(open, flow).permitted(), why);
      }
      case TENANTS_NOT_ISOLATED, NOT_CONTAINED -> assertTrue(decide(open, flow).permitted(), why);
      case PHYSICAL_PATH -> assertTrue(crosses(flow), why);
      case PHYSICAL_RULE -> {
        assertTrue(crosses(flow), why);
        assertPermittedBy(finding.subject(), flow, why);
      }
      case TEST_FAILED -> assertFails(finding, decide(blueprint, flow), why);
      case WORLD_OPEN_DATABASE -> {
        assertTrue(subject.directory().internet().contains(flow.source()), why);
        assertPermittedBy(finding.subject(), flow, why);
      }
      case GATEWAY_BYPASSED -> {
        assertTrue(server(flow).services().size() > 0, why);
        assertFalse(isGatewayOf(flow), why);
        assertPermittedBy(finding.subject(), flow, why);
      }
      case PEER_PORT_EXPOSED -> assertAudience(Audience.CLUSTER, finding, flow, why);
      case METRICS_PORT_EXPOSED -> assertAudience(Audience.SCRAPER, finding, flow, why);
      case NOBODY_PORT_REACHABLE -> assertAudience(Audience.NOBODY, finding, flow, why);
      case PLAINTEXT_IN_MICRO -> {
        Optional<Segment> segment = subject.directory().segmentAt(flow.destination());
        assertEquals(Isolation.MICRO, segment.orElseThrow().isolation(), why);
        assertPermittedBy(finding.subject(), flow, why);
      }
      case SELECTS_NOTHING, NO_SHARED_FAMILY -> assertNotPermittedBy(finding.subject(), flow, why);
      case FQDN_WITHOUT_RESOLVER -> {
        assertEquals(53, flow.port(), why);
        assertFalse(decide(blueprint, flow).permitted(), why);
      }
      case SHADOWED_RULE, REDUNDANT_RULE -> {
        assertPermittedBy(finding.subject(), flow, why);
        Blueprint without = Variants.without(open, finding.subject());
        assertTrue(decide(without, flow).permitted(), why);
      }
      case WIDE_RANGE -> {
        assertTrue(isUnclaimed(flow), why);
        assertFalse(decide(blueprint, flow).permitted(), why);
      }
      case IDLE_GUARDRAIL, IDLE_EXCEPTION -> {
        Blueprint guarded = Variants.guardedBy(blueprint, List.of(finding.subject()));
        assertNotEquals(finding.subject(), decide(guarded, flow).decider(), why);
      }
      case MANAGEMENT_ACCESS -> assertPermittedBy(finding.subject(), flow, why);
      case ROLE_WITHOUT_COLLECTIONS, CONSTANT_CONDITION, TENANTS_ALL ->
          assertTrue(grantsNothing(finding), why);
      case EXEMPT_PRINCIPAL, COLLECTIONS_REACHED -> assertTrue(false, why);
    }
  }

  private void assertShown(Finding finding, Request request, String why) {
    if (Check.of(finding.check()) == Check.TEST_FAILED) {
      assertFails(finding, decide(blueprint, request), why);
      return;
    }
    assertTrue(decide(open, request).permitted(), why);
    if (Check.of(finding.check()) == Check.EXEMPT_PRINCIPAL) {
      assertTrue(request.principal().claimedTenant().isEmpty(), why);
      String id = request.principal().identity().orElseThrow();
      assertTrue(blueprint.tenants().values().stream().noneMatch(t -> t.hasMember(id)), why);
    }
  }

  private void assertFails(Finding finding, Verdict verdict, String why) {
    if (!finding.message().contains("names no flow")) {
      int number = Integer.parseInt(finding.subject().substring("test ".length()));
      BlueprintTest test = blueprint.tests().get(number - 1);
      assertNotEquals(test.permit(), verdict.permitted(), why);
    }
  }

  /** What {@code resolvers:} stands for cannot be had alone; all rules then are asked. */
  private void assertPermittedBy(String rule, Flow flow, String why) {
    boolean derived = rule.equals(Blueprint.RESOLVERS_RULE);
    Blueprint asked = derived ? open : Variants.only(open, List.of(rule));
    assertTrue(decide(asked, flow).permitted(), why);
  }

  private void assertNotPermittedBy(String rule, Flow flow, String why) {
    assertFalse(decide(Variants.only(open, List.of(rule)), flow).permitted(), why);
  }

  private void assertAudience(Audience audience, Finding finding, Flow flow, String why) {
    assertTrue(
        server(flow).services().values().stream()
            .filter(s -> s.audience() == audience)
            .anyMatch(s -> s.ports().contains(flow.protocol(), flow.port())),
        why);
    assertPermittedBy(finding.subject(), flow, why);
  }

  private Workload server(Flow flow) {
    return subject.directory().workloadAt(flow.destination()).orElseThrow();
  }

  private boolean isGatewayOf(Flow flow) {
    Optional<Workload> source = subject.directory().workloadAt(flow.source());
    return source
        .map(w -> blueprint.gateways().get(w.name()))
        .filter(g -> g.inFrontOf().contains(server(flow).name()))
        .isPresent();
  }

  private boolean crosses(Flow flow) {
    return blueprint.segments().values().stream()
        .filter(s -> s.isolation() == Isolation.PHYSICAL)
        .map(Segment::addresses)
        .anyMatch(a -> a.contains(flow.source()) != a.contains(flow.destination()));
  }

  private boolean isUnclaimed(Flow flow) {
    AddressSet segments = subject.directory().segments();
    return segments.contains(flow.source())
            && subject.directory().workloadAt(flow.source()).isEmpty()
        || segments.contains(flow.destination())
            && subject.directory().workloadAt(flow.destination()).isEmpty();
  }

  private boolean grantsNothing(Finding finding) {
    AccessRule rule = blueprint.rule(finding.subject()).orElseThrow();
    return finding.message().contains("grants nobody anything")
        && subject.grants().under(rule).stream()
            .allMatch(g -> new RequestWitness(subject).any(g, AddressSet.ALL).isEmpty());
  }
}
