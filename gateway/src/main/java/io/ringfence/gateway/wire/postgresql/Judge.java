package io.ringfence.gateway.wire.postgresql;

import io.ringfence.gateway.engine.postgresql.Reading;
import io.ringfence.gateway.exchange.AuditTrail;
import io.ringfence.gateway.exchange.Caller;
import io.ringfence.gateway.exchange.Decision;
import io.ringfence.gateway.request.Extent;
import io.ringfence.gateway.request.Operation;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.session.Session;
import io.ringfence.gateway.wire.Asker;
import io.ringfence.gateway.wire.Reception;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Decides a session's statements, each by the reception of its moment, and records them.
 *
 * <p>INVARIANT (recorded before forwarded): the entries of {@link #record} are durable before the
 * database is sent anything.
 */
final class Judge {
  private final Supplier<Reception> reception;
  private final Asker asker;

  Judge(Supplier<Reception> reception, Asker asker) {
    this.reception = reception;
    this.asker = asker;
  }

  /** What one statement, or one text of several, is decided by. */
  record Moment(Reception reception, Caller caller) {}

  /**
   * @throws RefusedException when the caller's proofs are no longer good
   */
  Moment now() throws RefusedException {
    Reception current = reception.get();
    return new Moment(current, current.caller(asker));
  }

  /**
   * Whether an operation is permitted; nothing is recorded.
   *
   * @throws RefusedException when it is not
   */
  Decision require(Moment moment, Operation operation) throws RefusedException {
    Decision decision = moment.reception().gatekeeper().decide(moment.caller(), operation);
    if (!decision.permitted()) {
      throw new RefusedException(Refusal.Kind.DENIED, decision.denial(operation));
    }
    return decision;
  }

  /**
   * A statement that may run.
   *
   * @param entry of its record
   */
  record Permitted(Operation operation, List<Session> sessions, AuditTrail.Entry entry) {}

  /** Permits and records statements; done when that is durable. */
  CompletionStage<List<Permitted>> record(Moment moment, List<Reading> readings)
      throws RefusedException {
    List<Decision> decisions = new ArrayList<>(readings.size());
    for (Reading reading : readings) {
      decisions.add(require(moment, reading.operation()));
    }
    for (Reading reading : readings) {
      moment.reception().admission().operation(moment.caller(), reading.operation());
    }
    if (readings.isEmpty()) {
      return CompletableFuture.completedStage(List.of());
    }
    CompletionStage<List<Permitted>> out =
        recorded(moment, readings.getFirst(), decisions.getFirst());
    for (int i = 1; i < readings.size(); i++) {
      out = out.thenCombine(recorded(moment, readings.get(i), decisions.get(i)), Judge::and);
    }
    return out;
  }

  private static CompletionStage<List<Permitted>> recorded(
      Moment moment, Reading reading, Decision decision) {
    Operation operation = reading.operation();
    return moment
        .reception()
        .trail()
        .decided(moment.caller(), Optional.of(operation), decision, Optional.empty())
        .thenApply(entry -> List.of(new Permitted(operation, decision.sessions(), entry)));
  }

  private static List<Permitted> and(List<Permitted> before, List<Permitted> next) {
    List<Permitted> out = new ArrayList<>(before);
    out.addAll(next);
    return out;
  }

  /** Records a refusal; done when that is durable. */
  CompletionStage<Void> refused(Moment moment, Optional<Operation> operation, Refusal refusal) {
    return moment
        .reception()
        .trail()
        .decided(moment.caller(), operation, Decision.DENIED, Optional.of(refusal))
        .thenAccept(entry -> entry.completed(Optional.of(refusal), Extent.UNKNOWN));
  }
}
