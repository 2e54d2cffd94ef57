package io.ringfence.gateway.exchange;

import io.ringfence.gateway.engine.Protocol;
import io.ringfence.gateway.request.Operation;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.request.Step;
import io.ringfence.gateway.request.Touch;
import io.ringfence.gateway.request.Understanding;
import io.ringfence.model.Action;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;

/**
 * Carries requests of one protocol from a caller to the database and back.
 *
 * <p>INVARIANT (recorded before answered): the first byte of an answer follows the durable record
 * of its decision; what changes data is not even asked before.
 *
 * <p>INVARIANT (denied by doing nothing): whatever goes wrong on the way, in our code too, is a
 * refusal.
 *
 * @param <C> a request, and a question to the database
 * @param <A> an answer, the database's or the client's
 */
public final class Exchange<C, A> {
  private final Protocol<C, A> protocol;
  private final Gatekeeper gatekeeper;
  private final Database<C, A> database;
  private final AuditTrail trail;
  private final Admission admission;
  private final Vigil vigil;
  private final Departure departure;
  private final long until;
  private Runnable over = () -> {};

  /** Without limits on what is asked. */
  public Exchange(
      Protocol<C, A> protocol, Gatekeeper gatekeeper, Database<C, A> database, AuditTrail trail) {
    this(protocol, gatekeeper, database, trail, Admission.UNBOUNDED, Vigil.NONE, Departure.AT_ONCE);
  }

  /** Without a watch over what runs. */
  public Exchange(
      Protocol<C, A> protocol,
      Gatekeeper gatekeeper,
      Database<C, A> database,
      AuditTrail trail,
      Admission admission) {
    this(protocol, gatekeeper, database, trail, admission, Vigil.NONE, Departure.AT_ONCE);
  }

  public Exchange(
      Protocol<C, A> protocol,
      Gatekeeper gatekeeper,
      Database<C, A> database,
      AuditTrail trail,
      Admission admission,
      Vigil vigil,
      Departure departure) {
    this.departure = departure;
    this.protocol = protocol;
    this.gatekeeper = gatekeeper;
    this.database = database;
    this.trail = trail;
    this.admission = admission;
    this.vigil = vigil;
    this.until = System.nanoTime() + admission.time().toNanos();
  }

  /** The answer to a caller's request; never fails. */
  public CompletionStage<A> answer(Caller caller, C request) {
    return attempt(() -> admitted(caller, request))
        .handle((classified, failure) -> decide(caller, classified, failure))
        .thenCompose(stage -> stage)
        .whenComplete((answer, failure) -> over.run());
  }

  /** The answer where nobody asks as anybody known. */
  public A refuse(Refusal refusal) {
    return protocol.refuse(refusal);
  }

  // --- Understanding ---

  private CompletionStage<Understanding.Classified<C, A>> admitted(Caller caller, C request)
      throws RefusedException {
    over = admission.request(caller);
    return understood(protocol.understand(request, caller.scope()), 0);
  }

  private CompletionStage<Understanding.Classified<C, A>> understood(
      Understanding<C, A> understanding, int asks) throws RefusedException {
    return switch (understanding) {
      case Understanding.Classified<C, A> classified ->
          CompletableFuture.completedStage(classified);
      case Understanding.Lookup<C, A> lookup -> {
        refuseTooMany(asks);
        yield database
            .ask(lookup.call())
            .thenCompose(a -> attempt(() -> understood(lookup.next().with(a), asks + 1)));
      }
    };
  }

  /** Before each question: what it would bring in time is nobody's any more. */
  private void refuseTooMany(int asks) throws RefusedException {
    if (System.nanoTime() - until > 0) {
      throw new RefusedException(
          Refusal.Kind.TIMED_OUT, "the request takes longer than it may, all steps together");
    }
    if (asks >= Step.ASKS_MAX) {
      throw new RefusedException(
          Refusal.Kind.TOO_LARGE, "the request takes more than " + Step.ASKS_MAX + " questions");
    }
  }

  // --- Deciding and recording ---

  private CompletionStage<A> decide(
      Caller caller, Understanding.Classified<C, A> classified, Throwable failure) {
    if (failure != null) {
      return recordedRefusal(caller, Optional.empty(), Decision.DENIED, refusal(failure));
    }
    Operation operation = classified.operation();
    Decision decision = gatekeeper.decide(caller, operation);
    if (!decision.permitted()) {
      Refusal refusal = new Refusal(Refusal.Kind.DENIED, decision.denial(operation));
      return recordedRefusal(caller, Optional.of(operation), decision, refusal);
    }
    try {
      admission.operation(caller, operation);
    } catch (RefusedException e) {
      return recordedRefusal(caller, Optional.of(operation), Decision.DENIED, e.refusal());
    }
    return carryOut(caller, classified, decision);
  }

  private CompletionStage<A> recordedRefusal(
      Caller caller, Optional<Operation> operation, Decision decision, Refusal refusal) {
    return trail
        .decided(caller, operation, decision, Optional.of(refusal))
        .handle(
            (entry, failure) -> {
              if (failure != null) {
                return protocol.refuse(Refusal.UNRECORDED);
              }
              A answer = protocol.refuse(refusal);
              departure.answered(entry, Optional.of(refusal), protocol.extent(answer));
              return answer;
            });
  }

  // --- Carrying out ---

  private CompletionStage<A> carryOut(
      Caller caller, Understanding.Classified<C, A> classified, Decision decision) {
    Operation operation = classified.operation();
    CompletionStage<AuditTrail.Entry> recorded =
        trail.decided(caller, Optional.of(operation), decision, Optional.empty());
    CompletionStage<Step.Answer<C, A>> outcome =
        changes(operation)
            ? recorded.thenCompose(e -> attempt(() -> run(classified.start().first(), 0)))
            : attempt(() -> run(classified.start().first(), 0));
    return watched(caller, operation, decision, outcome)
        .handle((answer, failure) -> new Outcome<>(answer, failure))
        .thenCombine(recorded, this::shown)
        .exceptionally(failure -> protocol.refuse(Refusal.UNRECORDED));
  }

  /** The outcome, or the refusal of what is permitted no longer, whichever is there first. */
  private CompletionStage<Step.Answer<C, A>> watched(
      Caller caller,
      Operation operation,
      Decision decision,
      CompletionStage<Step.Answer<C, A>> outcome) {
    CompletableFuture<Step.Answer<C, A>> out = new CompletableFuture<>();
    Runnable done =
        vigil.watch(
            caller,
            operation,
            decision,
            refusal -> out.completeExceptionally(new RefusedException(refusal)));
    outcome.whenComplete(
        (answer, failure) -> {
          done.run();
          if (failure == null) {
            out.complete(answer);
          } else {
            out.completeExceptionally(failure);
          }
        });
    return out;
  }

  private static boolean changes(Operation operation) {
    for (Touch touch : operation.touches()) {
      if (changes(touch.action())) {
        return true;
      }
    }
    return false;
  }

  private static boolean changes(Action action) {
    return switch (action) {
      case QUERY, METRICS, HEALTH -> false;
      case INSERT, UPDATE, DELETE, INDEX, MANAGE, CLUSTER, SNAPSHOT -> true;
    };
  }

  /** What the engine's steps came to. */
  private record Outcome<C, A>(Step.Answer<C, A> answer, Throwable failure) {}

  private A shown(Outcome<C, A> outcome, AuditTrail.Entry entry) {
    if (outcome.failure() == null) {
      A answer = outcome.answer().answer();
      departure.answered(
          entry, Optional.empty(), protocol.extent(answer).withRows(outcome.answer().rows()));
      return answer;
    }
    Refusal refusal = refusal(outcome.failure());
    A answer = protocol.refuse(refusal);
    departure.answered(entry, Optional.of(refusal), protocol.extent(answer));
    return answer;
  }

  private CompletionStage<Step.Answer<C, A>> run(Step<C, A> step, int asks)
      throws RefusedException {
    return switch (step) {
      case Step.Answer<C, A> answer -> CompletableFuture.completedStage(answer);
      case Step.Refuse<C, A> refuse -> throw new RefusedException(refuse.refusal());
      case Step.Ask<C, A> ask -> {
        refuseTooMany(asks);
        yield database
            .ask(ask.call())
            .thenCompose(a -> attempt(() -> run(ask.next().with(a), asks + 1)));
      }
    };
  }

  // --- What goes wrong ---

  /** Work that may be refused. */
  @FunctionalInterface
  private interface Attempt<T> {
    CompletionStage<T> run() throws RefusedException;
  }

  private static <T> CompletionStage<T> attempt(Attempt<T> work) {
    try {
      return work.run();
    } catch (RefusedException | RuntimeException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  static Refusal refusal(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return switch (cause) {
      case RefusedException refused -> refused.refusal();
      case TimeoutException timeout ->
          new Refusal(Refusal.Kind.TIMED_OUT, "the database does not answer in time");
      default -> new Refusal(Refusal.Kind.UNAVAILABLE, "the database does not answer");
    };
  }
}
