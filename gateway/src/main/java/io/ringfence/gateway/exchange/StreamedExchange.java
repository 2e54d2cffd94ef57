package io.ringfence.gateway.exchange;

import io.ringfence.gateway.engine.Dialogue;
import io.ringfence.gateway.request.Extent;
import io.ringfence.gateway.request.GrpcAnswer;
import io.ringfence.gateway.request.Operation;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.request.Touch;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Carries one streaming call. Each of the client's messages is let in, understood, decided and
 * recorded as a request is, and each of the database's is checked before the client sees it.
 *
 * <p>INVARIANT (recorded before asked): no message reaches the database before the durable record
 * of its decision, so that no answer precedes it either.
 */
public final class StreamedExchange {
  /** Different operations that one call may come to do: all of them are watched to its end. */
  static final int OPERATIONS_MAX = 64;

  private final Caller caller;
  private final Dialogue dialogue;
  private final Gatekeeper gatekeeper;
  private final AuditTrail trail;
  private final Admission admission;
  private final Vigil vigil;
  private final Consumer<Refusal> end;
  private final boolean explains;
  private final Set<Doing> doing = new HashSet<>();
  private Runnable done = () -> {};
  private Consumer<Boolean> ending = badly -> {};
  private Decision decision = Decision.DENIED;
  private AuditTrail.Entry entry;
  private long bytes;
  private boolean begun;
  private boolean over;

  /** What is watched: how much of it makes no difference. */
  private record Doing(String name, List<Touch> touches) {}

  /**
   * @param end is told, by any thread, why the call is permitted no longer
   * @param explains whether the client is told which rule decided
   */
  public StreamedExchange(
      Caller caller,
      Dialogue dialogue,
      Gatekeeper gatekeeper,
      AuditTrail trail,
      Admission admission,
      Vigil vigil,
      Consumer<Refusal> end,
      boolean explains) {
    this.explains = explains;
    this.caller = caller;
    this.dialogue = dialogue;
    this.gatekeeper = gatekeeper;
    this.trail = trail;
    this.admission = admission;
    this.vigil = vigil;
    this.end = end;
  }

  /** What decided last, in printable ASCII; empty where clients are not told. */
  public synchronized String explanation() {
    return explains ? decision.explanation() : "";
  }

  /**
   * Has something run when the call is over, before its end is recorded.
   *
   * @param run is told whether it ended badly
   */
  public synchronized void atTheEnd(Consumer<Boolean> run) {
    ending = run;
  }

  // --- The client's messages ---

  /**
   * What the database is told instead of the client's next message, once that is recorded; fails
   * with a {@link RefusedException}. The next is asked for when this one is done.
   */
  public synchronized CompletionStage<byte[]> question(byte[] message) {
    try {
      admit();
      Dialogue.Question question = dialogue.question(message);
      return decided(question);
    } catch (RefusedException | RuntimeException e) {
      decision = Decision.DENIED;
      return refused(Optional.empty(), Exchange.refusal(e));
    }
  }

  /** Each message counts as a request; the call has one place among those that run. */
  private void admit() throws RefusedException {
    Runnable place = admission.request(caller);
    if (begun) {
      place.run();
    } else {
      begun = true;
      also(place);
    }
  }

  private void also(Runnable atTheEnd) {
    Runnable before = done;
    done =
        () -> {
          before.run();
          atTheEnd.run();
        };
  }

  private CompletionStage<byte[]> decided(Dialogue.Question question) throws RefusedException {
    Operation operation = question.operation();
    decision = gatekeeper.decide(caller, operation);
    if (!decision.permitted()) {
      String denial = decision.denial(operation);
      return refused(Optional.of(operation), new Refusal(Refusal.Kind.DENIED, denial));
    }
    try {
      admission.operation(caller, operation);
      watch(operation);
    } catch (RefusedException e) {
      decision = Decision.DENIED;
      return refused(Optional.of(operation), e.refusal());
    }
    return trail
        .decided(caller, Optional.of(operation), decision, Optional.empty())
        .handle((e, failure) -> recorded(question, e, failure))
        .thenCompose(stage -> stage);
  }

  private void watch(Operation operation) throws RefusedException {
    if (!doing.add(new Doing(operation.name(), operation.touches()))) {
      return;
    }
    if (doing.size() > OPERATIONS_MAX) {
      throw new RefusedException(
          Refusal.Kind.TOO_LARGE,
          "one call does more than " + OPERATIONS_MAX + " different things");
    }
    also(vigil.watch(caller, operation, decision, end));
  }

  private synchronized CompletionStage<byte[]> recorded(
      Dialogue.Question question, AuditTrail.Entry recorded, Throwable failure) {
    if (failure != null) {
      return CompletableFuture.failedStage(new RefusedException(Refusal.UNRECORDED));
    }
    if (over) {
      recorded.cutOff(Extent.UNKNOWN);
    } else if (entry == null) {
      entry = recorded;
    } else {
      recorded.completed(Optional.empty(), Extent.UNKNOWN);
    }
    return CompletableFuture.completedStage(question.message());
  }

  private CompletionStage<byte[]> refused(Optional<Operation> operation, Refusal refusal) {
    return trail
        .decided(caller, operation, decision, Optional.of(refusal))
        .handle(
            (recorded, failure) -> {
              if (failure != null) {
                return new RefusedException(Refusal.UNRECORDED);
              }
              recorded.completed(Optional.of(refusal), Extent.UNKNOWN);
              return new RefusedException(refusal);
            })
        .thenCompose(CompletableFuture::failedStage);
  }

  // --- The database's messages ---

  /**
   * What the client is shown of the database's next message.
   *
   * @throws RefusedException when that is nothing, and the call ends
   */
  public synchronized byte[] answer(byte[] message) throws RefusedException {
    byte[] shown = dialogue.answer(message);
    bytes += shown.length;
    return shown;
  }

  /** What the client is told of how the database ended the call. */
  public synchronized GrpcAnswer end(GrpcAnswer status) {
    return dialogue.end(status);
  }

  // --- The end ---

  /**
   * The call is over.
   *
   * @param refusal what ended it, where it was not the database
   * @param wholly whether the client was told
   */
  public void over(Optional<Refusal> refusal, boolean wholly) {
    Runnable atTheEnd;
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
      atTheEnd = done;
      ending.accept(refusal.isPresent() || !wholly);
      if (entry != null) {
        record(refusal, wholly);
      }
    }
    atTheEnd.run();
  }

  private void record(Optional<Refusal> refusal, boolean wholly) {
    Extent extent = Extent.ofBytes(bytes);
    if (wholly || refusal.isPresent()) {
      entry.completed(refusal, extent);
    } else {
      entry.cutOff(extent);
    }
  }
}
