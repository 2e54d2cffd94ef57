package io.ringfence.conformance.decision;

import io.ringfence.decision.Authorizer;
import io.ringfence.gateway.policy.CompiledPolicy;
import io.ringfence.gateway.policy.Generation;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Request;
import io.ringfence.model.Verdict;
import io.ringfence.model.testing.BlueprintGenerator;
import io.ringfence.model.testing.Feature;
import io.ringfence.model.testing.MixedRequestGenerator;
import java.util.Optional;
import java.util.function.LongConsumer;

/** Whether compiled policies decide as the reference does, on random blueprints and requests. */
final class Equality {
  private static final int PER_BLUEPRINT = 200;

  private final BlueprintGenerator all;
  private final BlueprintGenerator lax;
  private long seed;
  private long requests;
  private long permitted;
  private long blueprints;

  Equality(long seed) {
    this.seed = seed;
    this.all = new BlueprintGenerator(seed).without(Feature.TESTS);
    // Generated guardrails deny most of what rules permit.
    this.lax = new BlueprintGenerator(seed).without(Feature.TESTS, Feature.GUARDRAILS);
  }

  long requests() {
    return requests;
  }

  long permitted() {
    return permitted;
  }

  long blueprints() {
    return blueprints;
  }

  /**
   * Asks until so many requests were decided.
   *
   * @return the first disagreement, in words
   */
  Optional<String> run(long count, LongConsumer progress) {
    while (requests < count) {
      Optional<String> difference = differs((seed % 3 == 0 ? all : lax).next(), count);
      if (difference.isPresent()) {
        return difference;
      }
      seed++;
      progress.accept(requests);
    }
    return Optional.empty();
  }

  private Optional<String> differs(Blueprint blueprint, long count) {
    Directory directory = new Directory(blueprint);
    Authorizer reference = new Authorizer(directory);
    CompiledPolicy compiled = new CompiledPolicy(directory, new Generation(1, blueprint.name()));
    MixedRequestGenerator generator = new MixedRequestGenerator(blueprint, seed);
    blueprints++;
    for (int i = 0; i < PER_BLUEPRINT && requests < count; i++) {
      Optional<Request> request = generator.next();
      if (request.isPresent()) {
        Verdict expected = reference.decide(request.get());
        Verdict actual = compiled.decide(request.get());
        if (!expected.text().equals(actual.text())) {
          return Optional.of(
              blueprint.name()
                  + ": "
                  + request.get()
                  + ": reference "
                  + expected.text()
                  + ", compiled "
                  + actual.text()
                  + "; "
                  + expected.trace());
        }
        requests++;
        permitted += actual.permitted() ? 1 : 0;
      }
    }
    return Optional.empty();
  }
}
