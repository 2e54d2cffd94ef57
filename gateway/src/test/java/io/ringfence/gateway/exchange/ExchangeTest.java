package io.ringfence.gateway.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.gateway.engine.Protocol;
import io.ringfence.gateway.request.Operation;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.request.Scope;
import io.ringfence.gateway.request.Step;
import io.ringfence.gateway.request.Touch;
import io.ringfence.gateway.request.Understanding;
import io.ringfence.gateway.testing.TestingNames;
import io.ringfence.model.Action;
import io.ringfence.model.Address;
import io.ringfence.model.Principal;
import io.ringfence.model.SourceLocation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** The road of a request: what happens in which order, and what becomes of what goes wrong. */
class ExchangeTest {
  private static final Caller CALLER =
      new Caller(
          Principal.ANONYMOUS,
          Address.parse("10.0.0.1"),
          new Scope(Optional.empty(), TestingNames.PLAIN),
          Map.of());

  private final List<String> events = new ArrayList<>();
  private final CompletableFuture<Void> durable = new CompletableFuture<>();
  private boolean permits = true;
  private CompletionStage<String> found = CompletableFuture.completedStage("rows");

  /** Requests are words: the action, then how often the database is asked. */
  private final class Words implements Protocol<String, String> {
    @Override
    public Understanding<String, String> understand(String request, Scope scope)
        throws RefusedException {
      String[] words = request.split(" ");
      switch (words[0]) {
        case "nonsense" -> throw new RefusedException(Refusal.Kind.MALFORMED, "nonsense");
        case "crash" -> throw new IllegalStateException("a flaw of ours");
        case "forever" -> {
          return forever();
        }
        default -> {}
      }
      Touch touch = Touch.of(Action.valueOf(words[0]), "docs");
      return new Understanding.Classified<>(
          Operation.of("words", touch), () -> ask(Integer.parseInt(words[1])));
    }

    private Understanding<String, String> forever() {
      return new Understanding.Lookup<>("lookup", a -> forever());
    }

    private Step<String, String> ask(int times) {
      return times == 0 ? new Step.Answer<>("answer") : new Step.Ask<>("ask", a -> ask(times - 1));
    }

    @Override
    public String refuse(Refusal refusal) {
      return refusal.kind() + ": " + refusal.text();
    }
  }

  private final class Trail implements AuditTrail {
    @Override
    public CompletionStage<Entry> decided(
        Caller caller,
        Optional<Operation> operation,
        Decision decision,
        Optional<Refusal> refusal) {
      events.add(decision.permitted() ? "permitted" : "denied");
      return durable.thenApply(v -> (r, extent) -> events.add(r.isEmpty() ? "done" : "not done"));
    }
  }

  /** What is past a limit, and where. */
  private final Admission limits =
      new Admission() {
        @Override
        public Runnable request(Caller caller) throws RefusedException {
          events.add("arrived");
          refuse("request");
          return () -> events.add("left");
        }

        @Override
        public java.time.Duration time() {
          return time;
        }

        @Override
        public void operation(Caller caller, Operation operation) throws RefusedException {
          refuse("operation");
        }

        private void refuse(String at) throws RefusedException {
          if (at.equals(past)) {
            throw new RefusedException(
                new Refusal(
                    Refusal.Kind.TOO_MANY, at, Optional.of(java.time.Duration.ofSeconds(1))));
          }
        }
      };

  private String past = "";
  private java.time.Duration time = java.time.Duration.ofMinutes(1);

  private CompletableFuture<String> send(String request) {
    return send(request, Admission.UNBOUNDED);
  }

  private CompletableFuture<String> send(String request, Admission admission) {
    Exchange<String, String> exchange =
        new Exchange<>(
            new Words(),
            (caller, operation) ->
                permits ? Decision.permit("rule", SourceLocation.BUILT_IN) : Decision.DENIED,
            question -> {
              events.add(question);
              return found;
            },
            new Trail(),
            admission);
    return exchange.answer(CALLER, request).toCompletableFuture();
  }

  private void recorded() {
    durable.complete(null);
  }

  @Test
  void answerFollowsTheRecordOfItsDecision() {
    CompletableFuture<String> answer = send("QUERY 1");
    assertFalse(answer.isDone());
    recorded();
    assertEquals("answer", answer.join());
    assertEquals(List.of("permitted", "ask", "done"), events);
  }

  @Test
  void whatChangesDataIsNotAskedBeforeItsRecord() {
    CompletableFuture<String> answer = send("DELETE 1");
    assertEquals(List.of("permitted"), events);
    recorded();
    assertEquals("answer", answer.join());
    assertEquals(List.of("permitted", "ask", "done"), events);
  }

  @Test
  void whatIsDeniedIsRecordedAndNotAsked() {
    permits = false;
    recorded();
    assertEquals("DENIED: no rule permits `words` for this caller", send("QUERY 1").join());
    assertEquals(List.of("denied", "not done"), events);
  }

  @Test
  void whatIsNotUnderstoodIsRecordedAndNotAsked() {
    recorded();
    assertEquals("MALFORMED: nonsense", send("nonsense").join());
    assertEquals(List.of("denied", "not done"), events);
  }

  @Test
  void whatCannotBeRecordedIsNotAnswered() {
    CompletableFuture<String> read = send("QUERY 1");
    CompletableFuture<String> write = send("INSERT 1");
    durable.completeExceptionally(new IllegalStateException("disk full"));
    assertTrue(read.join().startsWith("UNAVAILABLE: the decision cannot be recorded"), read.join());
    assertTrue(write.join().startsWith("UNAVAILABLE: "), write.join());
    assertEquals(1, events.stream().filter("ask"::equals).count(), events::toString);
    permits = false;
    assertEquals(read.join(), send("QUERY 1").join(), "a denial is a decision too");
    assertEquals(read.join(), send("nonsense").join());
  }

  @Test
  void flawOfOursIsARefusal() {
    recorded();
    assertEquals("UNAVAILABLE: the database does not answer", send("crash").join());
  }

  @Test
  void databaseThatFailsOrStallsIsARefusal() {
    recorded();
    found = CompletableFuture.failedStage(new TimeoutException());
    assertEquals("TIMED_OUT: the database does not answer in time", send("QUERY 1").join());
    found = CompletableFuture.failedStage(new java.io.IOException("reset"));
    assertEquals("UNAVAILABLE: the database does not answer", send("QUERY 1").join());
    assertEquals(List.of("permitted", "ask", "not done"), events.subList(3, 6));
  }

  @Test
  void questionsAreBounded() {
    recorded();
    assertEquals("answer", send("QUERY " + Step.ASKS_MAX).join());
    assertTrue(send("QUERY " + (Step.ASKS_MAX + 1)).join().startsWith("TOO_LARGE"));
    events.clear();
    assertTrue(send("forever").join().startsWith("TOO_LARGE"));
    assertEquals(Step.ASKS_MAX, events.stream().filter("lookup"::equals).count());
  }

  @Test
  void whatIsPastALimitIsRecordedAndNotAsked() {
    recorded();
    past = "request";
    assertEquals("TOO_MANY: request", send("QUERY 1", limits).join());
    past = "operation";
    assertEquals("TOO_MANY: operation", send("QUERY 1", limits).join());
    past = "";
    assertEquals("answer", send("QUERY 1", limits).join());
    assertEquals(
        List.of(
            "arrived",
            "denied",
            "not done",
            "arrived",
            "denied",
            "not done",
            "left",
            "arrived",
            "permitted",
            "ask",
            "done",
            "left"),
        events);
  }

  /** Many steps may not take longer together than one may. */
  @Test
  void noQuestionIsAskedPastTheTime() {
    recorded();
    time = java.time.Duration.ofNanos(-1);
    assertEquals(
        "TIMED_OUT: the request takes longer than it may, all steps together",
        send("QUERY 1", limits).join());
    assertFalse(events.contains("ask"), events::toString);
  }

  @Test
  void whatIsDeniedIsNotCountedAsAnOperation() {
    recorded();
    permits = false;
    past = "operation";
    assertEquals("DENIED: no rule permits `words` for this caller", send("QUERY 1", limits).join());
  }
}
