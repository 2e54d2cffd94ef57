package io.ringfence.gateway.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.decision.Authorizer;
import io.ringfence.decision.SessionFacts;
import io.ringfence.model.AccessRule;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Request;
import io.ringfence.model.SessionTerms;
import io.ringfence.model.Verdict;
import io.ringfence.model.testing.BlueprintGenerator;
import io.ringfence.model.testing.Feature;
import io.ringfence.model.testing.MixedRequestGenerator;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A session counts for its rule alone, in the compiled policy as in the reference meaning. */
class SessionFactsTest {
  private static final long SEED = 62;
  private static final int BLUEPRINTS = 120;
  private static final int PER_BLUEPRINT = 40;

  /** Sessions under some rules. */
  private record Approved(Set<String> rules) implements SessionFacts {
    @Override
    public Optional<Duration> age(String rule) {
      return rules.contains(rule) ? Optional.of(Duration.ofMinutes(1)) : Optional.empty();
    }

    @Override
    public boolean approved(String rule) {
      return rules.contains(rule);
    }
  }

  @Test
  void approvalOfOneRuleOpensNoOther() {
    BlueprintGenerator blueprints =
        new BlueprintGenerator(SEED).without(Feature.TESTS, Feature.GUARDRAILS, Feature.MANAGEMENT);
    Random random = new Random(SEED);
    int byApproval = 0;
    int waiting = 0;
    for (int b = 0; b < BLUEPRINTS; b++) {
      Blueprint blueprint = blueprints.next();
      Directory directory = new Directory(blueprint);
      Authorizer reference = new Authorizer(directory);
      CompiledPolicy compiled = new CompiledPolicy(directory, new Generation(1, "generated"));
      MixedRequestGenerator requests = new MixedRequestGenerator(blueprint, SEED + b);
      for (int i = 0; i < PER_BLUEPRINT; i++) {
        Optional<Request> request = requests.next();
        if (request.isEmpty()) {
          continue;
        }
        Approved some = new Approved(some(blueprint, random));
        Verdict verdict = compiled.decide(request.get(), some);
        assertEquals(reference.decide(request.get(), some).text(), verdict.text());
        if (verdict.permitted() && needsApproval(blueprint, verdict)) {
          assertTrue(some.rules().contains(verdict.decider()), verdict.text());
          byApproval++;
        }
        waiting += compiled.decide(request.get(), new Approved(Set.of())).permitted() ? 0 : 1;
      }
    }
    assertTrue(byApproval > 20, "only " + byApproval + " by an approval");
    assertTrue(waiting > byApproval, "only " + waiting + " denied without");
  }

  private static Set<String> some(Blueprint blueprint, Random random) {
    Set<String> out = new HashSet<>();
    for (AccessRule rule : blueprint.rules()) {
      if (random.nextBoolean()) {
        out.add(rule.name());
      }
    }
    return out;
  }

  private static boolean needsApproval(Blueprint blueprint, Verdict verdict) {
    return blueprint
        .rule(verdict.decider())
        .orElseThrow()
        .session()
        .filter(SessionTerms::approvalRequired)
        .isPresent();
  }
}
