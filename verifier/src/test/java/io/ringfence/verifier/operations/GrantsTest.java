package io.ringfence.verifier.operations;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.model.AccessRule;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Directory;
import io.ringfence.model.NamePattern;
import io.ringfence.model.Request;
import io.ringfence.model.testing.BlueprintGenerator;
import io.ringfence.model.testing.RequestGenerator;
import io.ringfence.verifier.projection.Permit;
import io.ringfence.verifier.subject.RequestWitness;
import io.ringfence.verifier.subject.Subject;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GrantsTest {
  private static final long SEED = 66L;
  private static final int BLUEPRINTS = 200;
  private static final int REQUESTS = 60;

  @Test
  void whatTheReferencePermitsIsGranted() {
    BlueprintGenerator generator = new BlueprintGenerator(SEED);
    int permitted = 0;
    for (int i = 0; i < BLUEPRINTS; i++) {
      Subject subject = new Subject(new Directory(generator.next()));
      RequestGenerator requests = new RequestGenerator(subject.blueprint(), SEED);
      for (int j = 0; j < REQUESTS; j++) {
        Optional<Request> request = requests.next();
        if (request.filter(r -> subject.permissive().decide(r).permitted()).isPresent()) {
          permitted++;
          assertTrue(granted(subject, request.get()), () -> subject.blueprint().name() + request);
        }
      }
    }
    System.out.println("requests permitted and granted: " + permitted + ", seed " + SEED);
    assertTrue(permitted > 200);
  }

  private static boolean granted(Subject subject, Request request) {
    String decider = subject.permissive().decide(request).decider();
    AccessRule rule = subject.blueprint().rule(decider).orElseThrow();
    return subject.grants().under(rule).stream().anyMatch(g -> granted(g, request));
  }

  private static boolean granted(Grant grant, Request request) {
    boolean who =
        grant.principal().identity().isEmpty()
            || grant.principal().identity().equals(request.principal().identity());
    boolean what =
        !request.action().onCollection()
            || grant.collections().stream().anyMatch(n -> holds(n, request.collection().get()));
    return who
        && what
        && grant.sources().contains(request.source())
        && grant.actions().contains(request.action());
  }

  private static boolean holds(NameSet names, String collection) {
    return names.all().stream().allMatch(p -> p.matches(collection))
        && names.none().stream().noneMatch(p -> p.matches(collection));
  }

  @Test
  void whatIsGrantedTheReferencePermits() {
    BlueprintGenerator generator = new BlueprintGenerator(SEED);
    int shown = 0;
    for (int i = 0; i < BLUEPRINTS; i++) {
      Subject subject = new Subject(new Directory(generator.next()));
      for (AccessRule rule : subject.rules()) {
        for (Grant grant : subject.grants().under(rule)) {
          shown += assertShown(subject, grant);
        }
      }
    }
    int count = shown;
    assertTrue(shown > 50, () -> "only " + count);
  }

  /** Where packets pass on both sides of the gateway, each part of the grant has a request. */
  private static int assertShown(Subject subject, Grant grant) {
    RequestWitness requests = new RequestWitness(subject);
    boolean passes =
        subject.permits(grant.rule()).stream()
                .filter(p -> p.leg() == Permit.Leg.TO_GATEWAY)
                .anyMatch(
                    p ->
                        p.between(grant.sources(), AddressSet.ALL)
                            .flatMap(subject.witnesses()::flow)
                            .isPresent())
            && subject.permits(grant.rule()).stream()
                .filter(p -> p.leg() == Permit.Leg.FROM_GATEWAY)
                .anyMatch(p -> subject.witnesses().flow(p).isPresent());
    boolean itself = subject.blueprint().gateways().containsKey(grant.name().split(" ")[0]);
    if (itself
        || !passes
        || grant.collectionActions().isEmpty()
        || !subject.blueprint().hosts().isEmpty()) {
      return 0;
    }
    for (NameSet names : grant.collections()) {
      assertTrue(
          requests.of(grant, AddressSet.ALL, names.example()).isPresent(),
          () -> subject.blueprint().name() + " " + grant + " " + names);
    }
    return grant.collections().size();
  }

  @Test
  void aSetOfNamesIsWithinWiderOnes() {
    NameSet narrow = set(List.of("acme-a*"), List.of());
    NameSet wide = set(List.of("acme-*"), List.of());
    NameSet holed = set(List.of("acme-*"), List.of("acme-a*"));
    assertTrue(narrow.within(List.of(wide)));
    assertTrue(!wide.within(List.of(narrow)));
    assertTrue(!narrow.within(List.of(holed)));
    assertTrue(holed.within(List.of(wide)));
    NameSet rows = new NameSet(wide.all(), List.of(), Optional.of("tenant_id"));
    assertTrue(rows.within(List.of(wide)));
    assertTrue(!wide.within(List.of(rows)));
  }

  private static NameSet set(List<String> all, List<String> none) {
    return new NameSet(
        all.stream().map(NamePattern::new).toList(),
        none.stream().map(NamePattern::new).toList(),
        Optional.empty());
  }
}
