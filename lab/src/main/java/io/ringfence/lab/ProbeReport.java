package io.ringfence.lab;

import io.ringfence.model.Flow;
import io.ringfence.model.Verdict;
import java.time.Duration;
import java.util.List;

/**
 * What a probe found.
 *
 * @param permitted flows that the model permits, and for which a way of cables and routers leads
 * @param denied flows that the model denies
 * @param unconnected flows that the model permits, but no way leads there: the lab must block them
 * @param reached flows whose first packet came to its destination
 * @param blocked flows whose first packet did not
 * @param disagreements where model and lab differ, sorted by flow
 * @param skipped what was not probed, and why, one sentence each
 */
public record ProbeReport(
    int permitted,
    int denied,
    int unconnected,
    int reached,
    int blocked,
    List<Disagreement> disagreements,
    List<String> skipped,
    Duration took) {
  public ProbeReport {
    disagreements = List.copyOf(disagreements);
    skipped = List.copyOf(skipped);
  }

  /** A flow that the lab treats otherwise than the model says. */
  public record Disagreement(Flow flow, Verdict verdict, Outcome outcome) {
    /** For people. */
    public String text() {
      return flow
          + ": the model says "
          + verdict.text()
          + (verdict.permitted() && outcome.reached() ? " where no way leads" : "")
          + ", the lab "
          + (outcome.reached() ? "let it through" : "blocked it");
    }
  }

  /** How many flows were probed. */
  public int flows() {
    return permitted + denied + unconnected;
  }

  public boolean agrees() {
    return disagreements.isEmpty();
  }
}
