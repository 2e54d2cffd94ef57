package io.ringfence.gateway.trace;

import io.ringfence.gateway.engine.Protocol;
import io.ringfence.gateway.exchange.AuditTrail;
import io.ringfence.gateway.exchange.Caller;
import io.ringfence.gateway.exchange.Database;
import io.ringfence.gateway.exchange.Decision;
import io.ringfence.gateway.exchange.Gatekeeper;
import io.ringfence.gateway.request.Extent;
import io.ringfence.gateway.request.Operation;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.request.Scope;
import io.ringfence.gateway.request.Step;
import io.ringfence.gateway.request.Understanding;
import io.ringfence.model.Tenant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The parts of an exchange, each telling a trace what it does and how long. They stand in the place
 * of what they wrap only for a request that is traced; any other goes its way without them.
 */
public final class TracedExchange {
  private static final String CUT_OFF = "cut_off";

  private TracedExchange() {}

  /** Work that may be refused. */
  @FunctionalInterface
  public interface Work<T> {
    T run() throws RefusedException;
  }

  /** Who asks. */
  public static <T> T authenticated(Trace trace, Work<T> work) throws RefusedException {
    return timed(trace, "authenticate", work);
  }

  private static <T> T timed(Trace trace, String name, Work<T> work) throws RefusedException {
    Trace.Part part = trace.begin(name);
    boolean well = false;
    try {
      T out = work.run();
      well = true;
      return out;
    } finally {
      part.end(!well);
    }
  }

  /** Nobody known asked. */
  public static void unknown(Trace trace, Refusal refusal) {
    trace.fail(word(refusal));
    trace.end();
  }

  private static String word(Refusal refusal) {
    return refusal.kind().name().toLowerCase(Locale.ROOT);
  }

  // --- Understanding, scoping, checking ---

  public static <C, A> Protocol<C, A> protocol(Protocol<C, A> protocol, Trace trace) {
    return new TracedProtocol<>(protocol, trace);
  }

  private record TracedProtocol<C, A>(Protocol<C, A> protocol, Trace trace)
      implements Protocol<C, A> {
    @Override
    public Understanding<C, A> understand(C request, Scope scope) throws RefusedException {
      return timed(trace, "classify", () -> traced(protocol.understand(request, scope)));
    }

    private Understanding<C, A> traced(Understanding<C, A> understanding) {
      return switch (understanding) {
        case Understanding.Classified<C, A> c ->
            new Understanding.Classified<>(
                c.operation(), () -> timed(trace, "scope", () -> traced(c.start().first())));
        case Understanding.Lookup<C, A> lookup ->
            new Understanding.Lookup<>(
                lookup.call(),
                answer -> timed(trace, "classify", () -> traced(lookup.next().with(answer))));
      };
    }

    private Step<C, A> traced(Step<C, A> step) {
      return switch (step) {
        case Step.Ask<C, A> ask ->
            new Step.Ask<>(
                ask.call(), answer -> timed(trace, "check", () -> traced(ask.next().with(answer))));
        case Step.Answer<C, A> answer -> answer;
        case Step.Refuse<C, A> refuse -> refuse;
      };
    }

    @Override
    public A refuse(Refusal refusal) {
      return protocol.refuse(refusal);
    }

    @Override
    public Extent extent(A answer) {
      return protocol.extent(answer);
    }
  }

  // --- Deciding ---

  public static Gatekeeper gatekeeper(Gatekeeper gatekeeper, Trace trace) {
    return (caller, operation) -> {
      Trace.Part part = trace.begin("decide");
      boolean permitted = false;
      try {
        Decision decision = gatekeeper.decide(caller, operation);
        permitted = decision.permitted();
        return decision;
      } finally {
        part.end(!permitted);
      }
    };
  }

  // --- Asking ---

  public static <C, A> Database<C, A> database(Database<C, A> database, Trace trace) {
    return question -> {
      Trace.Part part = trace.begin("upstream", Span.Kind.CLIENT);
      return database
          .ask(question, part.traceparent())
          .whenComplete((answer, failure) -> part.end(failure != null));
    };
  }

  /**
   * A streaming call to the database.
   *
   * @param traceparent what the database is told
   * @param end ends it: badly or not
   */
  public record Call(String traceparent, java.util.function.Consumer<Boolean> end) {}

  public static Call call(Trace trace) {
    Trace.Part part = trace.begin("upstream", Span.Kind.CLIENT);
    return new Call(part.traceparent(), part::end);
  }

  // --- Recording ---

  /** Records of it bear the trace's identifier, and their end ends the trace. */
  public static AuditTrail trail(AuditTrail trail, Trace trace) {
    return new TracedTrail(trail.traced(trace.id()), trace);
  }

  private record TracedTrail(AuditTrail trail, Trace trace) implements AuditTrail {
    @Override
    public CompletionStage<AuditTrail.Entry> decided(
        Caller caller,
        Optional<Operation> operation,
        Decision decision,
        Optional<Refusal> refusal) {
      operation.ifPresent(o -> tell(o));
      caller.scope().tenant().map(Tenant::name).ifPresent(t -> trace.say("ringfence.tenant", t));
      decision.rule().ifPresent(r -> trace.say("ringfence.rule", r));
      trace.say("ringfence.verdict", decision.permitted() ? "permit" : "deny");
      Trace.Part part = trace.begin("audit");
      return trail
          .decided(caller, operation, decision, refusal)
          .whenComplete((entry, failure) -> recorded(part, failure))
          .<AuditTrail.Entry>thenApply(entry -> new TracedEntry(entry, trace));
    }

    private void recorded(Trace.Part part, Throwable failure) {
      part.end(failure != null);
      if (failure != null) {
        trace.end();
      }
    }

    private void tell(Operation operation) {
      trace.name(operation.name());
      trace.say("db.operation.name", operation.name());
    }
  }

  /** A request's place in the trail, whose end ends its trace. */
  private record TracedEntry(AuditTrail.Entry entry, Trace trace) implements AuditTrail.Entry {
    @Override
    public void completed(Optional<Refusal> refusal, Extent extent) {
      refusal.ifPresent(r -> trace.fail(word(r)));
      entry.completed(refusal, extent);
      end(extent);
    }

    @Override
    public void cutOff(Extent extent) {
      trace.fail(CUT_OFF);
      entry.cutOff(extent);
      end(extent);
    }

    private void end(Extent extent) {
      extent.rows().ifPresent(n -> trace.say("db.response.returned_rows", n));
      extent.bytes().ifPresent(n -> trace.say("ringfence.answer.bytes", n));
      trace.end();
    }
  }

  /**
   * A trail that traces by itself: from each decision to its end, for statements of a session,
   * whose protocol carries no trace.
   */
  public static AuditTrail statements(
      AuditTrail trail, Tracer tracer, String gateway, String engine) {
    return (caller, operation, decision, refusal) -> {
      Optional<Trace> trace = tracer.begin(Optional.empty(), gateway, engine);
      return trace.isEmpty()
          ? trail.decided(caller, operation, decision, refusal)
          : trail(trail, trace.get()).decided(caller, operation, decision, refusal);
    };
  }
}
