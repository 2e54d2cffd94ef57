package io.ringfence.gateway.audit;

import io.ringfence.gateway.exchange.AuditTrail;
import io.ringfence.gateway.exchange.Caller;
import io.ringfence.gateway.exchange.Decision;
import io.ringfence.gateway.policy.Generation;
import io.ringfence.gateway.request.Extent;
import io.ringfence.gateway.request.Operation;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.model.Address;
import io.ringfence.model.Principal;
import io.ringfence.model.Tenant;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * The audit trail of what one generation of the policy decides, in the log: a record of each
 * decision, durable before its entry exists, and another of what became of it.
 */
public final class LoggedTrail implements AuditTrail {
  private final AuditLog log;
  private final Place place;
  private final RequestIds ids;
  private final InstantSource clock;
  private final Supplier<? extends Executor> here;
  private final Optional<String> trace;

  /** Where decisions are made. */
  public record Place(String gateway, String engine, Generation generation) {}

  /**
   * @param ids of the whole process, so that no two requests have one
   * @param here runs what follows a durable record, which must not hold up the log's writer; asked
   *     by the thread that decides, so that it may be the same thread
   */
  public LoggedTrail(
      AuditLog log,
      Place place,
      RequestIds ids,
      InstantSource clock,
      Supplier<? extends Executor> here) {
    this(log, place, ids, clock, here, Optional.empty());
  }

  private LoggedTrail(
      AuditLog log,
      Place place,
      RequestIds ids,
      InstantSource clock,
      Supplier<? extends Executor> here,
      Optional<String> trace) {
    this.trace = trace;
    this.log = log;
    this.place = place;
    this.ids = ids;
    this.clock = clock;
    this.here = here;
  }

  @Override
  public CompletionStage<Entry> decided(
      Caller caller, Optional<Operation> operation, Decision decision, Optional<Refusal> refusal) {
    Optional<String> tenant = caller.scope().tenant().map(Tenant::name);
    return record(caller.name(), tenant, caller.source(), operation, decision, refusal);
  }

  @Override
  public AuditTrail traced(String id) {
    return new LoggedTrail(log, place, ids, clock, here, Optional.of(id));
  }

  /** Records that nobody known asked; done when it is durable. */
  public CompletionStage<Entry> unauthenticated(Address source, Refusal refusal) {
    return record(
        Principal.ANONYMOUS.text(),
        Optional.empty(),
        source,
        Optional.empty(),
        Decision.DENIED,
        Optional.of(refusal));
  }

  private CompletionStage<Entry> record(
      String principal,
      Optional<String> tenant,
      Address source,
      Optional<Operation> operation,
      Decision decision,
      Optional<Refusal> refusal) {
    String request = ids.next();
    Instant now = clock.instant();
    AuditRecord.Decided record =
        new AuditRecord.Decided(
            now,
            place.generation().hash(),
            place.gateway(),
            request,
            principal,
            tenant,
            source.toString(),
            place.engine(),
            operation.map(Operation::name),
            operation.map(Operation::touches).orElse(List.of()),
            decision.permitted(),
            decision.rule(),
            decision.at().map(Object::toString),
            refusal.map(LoggedTrail::text),
            operation.flatMap(Operation::statement),
            trace);
    return log.append(record).thenApplyAsync(number -> new Open(request, now), here.get());
  }

  private static String text(Refusal refusal) {
    return refusal.kind().name().toLowerCase(Locale.ROOT);
  }

  /** A request whose end is not recorded yet. */
  private final class Open implements Entry {
    private final String request;
    private final Instant decided;

    Open(String request, Instant decided) {
      this.request = request;
      this.decided = decided;
    }

    /** An end that cannot be written is missing from the log, which its verification tells. */
    @Override
    public void completed(Optional<Refusal> refusal, Extent extent) {
      end(refusal.map(LoggedTrail::text).orElse(AuditRecord.Completed.ANSWERED), extent);
    }

    @Override
    public void cutOff(Extent extent) {
      end(AuditRecord.Completed.CUT_OFF, extent);
    }

    private void end(String status, Extent extent) {
      Instant now = clock.instant();
      log.append(new AuditRecord.Completed(now, request, status, extent, latency(now)));
    }

    /** None where the clock was set back meanwhile. */
    private Duration latency(Instant now) {
      return now.isBefore(decided) ? Duration.ZERO : Duration.between(decided, now);
    }
  }
}
