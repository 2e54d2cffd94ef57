package io.ringfence.gateway.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.decision.Authorizer;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Guardrail;
import io.ringfence.model.Request;
import io.ringfence.model.Verdict;
import io.ringfence.model.testing.BlueprintGenerator;
import io.ringfence.model.testing.Feature;
import io.ringfence.model.testing.MixedRequestGenerator;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The slice of {@code bench/decision}'s comparison with the reference meaning that CI runs. */
class CompiledPolicyEqualityTest {
  private static final long SEED = 6;
  private static final int REQUESTS = 20_000;
  private static final int PER_BLUEPRINT = 50;
  private static final Generation FIRST = new Generation(1, "generated");

  @Test
  void decidesAsTheReferenceDoes() {
    BlueprintGenerator all = new BlueprintGenerator(SEED).without(Feature.TESTS);
    BlueprintGenerator lax =
        new BlueprintGenerator(SEED).without(Feature.TESTS, Feature.GUARDRAILS, Feature.MANAGEMENT);
    int asked = 0;
    int permitted = 0;
    int deniedByLeg = 0;
    Set<String> features = new TreeSet<>();
    for (long seed = SEED; asked < REQUESTS; seed++) {
      Blueprint blueprint = (seed % 3 == 0 ? all : lax).next();
      Directory directory = new Directory(blueprint);
      Authorizer reference = new Authorizer(directory);
      CompiledPolicy compiled = new CompiledPolicy(directory, FIRST);
      MixedRequestGenerator requests = new MixedRequestGenerator(blueprint, seed);
      for (int i = 0; i < PER_BLUEPRINT; i++) {
        Optional<Request> next = requests.next();
        if (next.isEmpty()) {
          continue;
        }
        Request request = next.get();
        Verdict expected = reference.decide(request);
        Verdict actual = compiled.decide(request);
        assertEquals(
            said(expected),
            said(actual),
            () -> blueprint.name() + ": " + request + expected.trace());
        asked++;
        permitted += actual.permitted() ? 1 : 0;
        deniedByLeg +=
            expected.trace().stream().anyMatch(t -> t.contains("its leg")) && !actual.permitted()
                ? 1
                : 0;
        if (actual.permitted()) {
          note(blueprint, request, actual, features);
        }
      }
    }
    System.out.printf(
        "compiled against reference: %d requests, %d permitted, %d denied by a leg, seed %d, %s%n",
        asked, permitted, deniedByLeg, SEED, features);
    assertTrue(permitted > REQUESTS / 8, "only " + permitted + " permitted");
    assertTrue(deniedByLeg > REQUESTS / 100, "only " + deniedByLeg + " denied by a leg");
    assertEquals(
        Set.of(
            "all tenants",
            "approval",
            "condition",
            "endpoint",
            "guardrail",
            "later rule",
            "listed",
            "no collection",
            "owned",
            "tenant's members"),
        features);
  }

  private static String said(Verdict verdict) {
    return verdict.text();
  }

  /** What of the language the permitted requests went through. */
  private static void note(Blueprint blueprint, Request request, Verdict verdict, Set<String> to) {
    var rule = blueprint.rule(verdict.decider()).orElseThrow();
    to.add(
        request.action().onCollection()
            ? (rule.collections().isEmpty() ? "owned" : "listed")
            : "no collection");
    if (rule.allTenants()) {
      to.add("all tenants");
    }
    if (rule.session().isPresent() && rule.session().get().approvalRequired()) {
      to.add("approval");
    }
    if (rule.when().isPresent()) {
      to.add("condition");
    }
    if (blueprint.tenants().values().stream().anyMatch(t -> t.endpoint().isPresent())) {
      to.add("endpoint");
    }
    if (blueprint.guardrails().stream().anyMatch(g -> g instanceof Guardrail.Forbids)) {
      to.add("guardrail");
    }
    if (rule.from().stream()
        .anyMatch(f -> f.place() instanceof io.ringfence.model.Place.OfTenant)) {
      to.add("tenant's members");
    }
    if (blueprint.rules().stream().filter(r -> r.through().isPresent()).findFirst().orElseThrow()
        != rule) {
      to.add("later rule");
    }
  }
}
