package io.ringfence.conformance.decision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.conformance.PairedRuns;
import io.ringfence.decision.Authorizer;
import io.ringfence.model.Directory;
import io.ringfence.model.Request;
import io.ringfence.model.Verdict;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The slice of {@code bench/decision} that CI runs: answers only, no speeds. */
class DecisionTest {
  private static final long SEED = 7;
  private static final int REQUESTS = 400;
  private static final List<Integer> GRANTS = List.of(1, 10, 100);

  @Test
  void allEnginesAnswerAlikeAndAsTheReference() throws Exception {
    for (int grants : GRANTS) {
      GrantEstate estate = new GrantEstate(grants);
      List<Request> asked = new GrantRequests(estate, SEED).next(REQUESTS);
      List<Boolean> expected = reference(estate, asked);
      assertEquals(REQUESTS / 2, expected.stream().filter(b -> b).count(), "half are permitted");
      assertEquals(expected, answers(new CompiledContender(estate), asked));
      assertEquals(expected, answers(new CedarContender(estate), asked));
      assertEquals(expected, answers(new CasbinContender(estate, false), asked));
      assertEquals(expected, answers(new CasbinContender(estate, true), asked));
    }
  }

  private static List<Boolean> reference(GrantEstate estate, List<Request> asked) {
    Authorizer reference = new Authorizer(new Directory(estate.blueprint()));
    return asked.stream().map(reference::decide).map(Verdict::permitted).toList();
  }

  private static <Q> List<Boolean> answers(Contender<Q> engine, List<Request> asked)
      throws Exception {
    List<Boolean> out = new java.util.ArrayList<>();
    for (Q request : engine.prepare(asked)) {
      out.add(engine.permits(request));
    }
    return out;
  }

  @Test
  void noRequestIsRepeated() {
    GrantRequests requests = new GrantRequests(new GrantEstate(100), SEED);
    List<Request> first = requests.next(REQUESTS);
    assertEquals(REQUESTS, first.stream().distinct().count());
    assertNotEquals(first, requests.next(REQUESTS));
  }

  @Test
  void tenGrantsInAHundredHaveAConditionAndTenantsAreAmongTheClients() {
    var blueprint = new GrantEstate(100).blueprint();
    assertEquals(100, blueprint.access().size());
    assertEquals(10, blueprint.access().stream().filter(r -> r.when().isPresent()).count());
    assertEquals(5, blueprint.tenants().size());
  }

  @Test
  void compiledIsEqualToTheReference() {
    Equality run = new Equality(SEED);
    assertEquals(Optional.empty(), run.run(2_000, done -> {}));
    assertTrue(run.permitted() > 200, run.permitted() + " permitted");
  }

  @Test
  void theRatioIsOfPairsAndItsIntervalLeavesTheExtremesOut() {
    List<Double> own = List.of(1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 2.0);
    List<Double> peer = List.of(9.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 1.0, 20.0);
    PairedRuns c = new PairedRuns(own, peer);
    assertEquals(5.5, c.ratio());
    assertEquals(2.0, c.low());
    assertEquals(9.0, c.high());
  }
}
