package io.ringfence.gateway.serve;

import io.ringfence.gateway.audit.AuditLog;
import io.ringfence.gateway.audit.AuditRecord;
import io.ringfence.gateway.session.Session;
import io.ringfence.gateway.session.SessionEvent;
import io.ringfence.gateway.session.SessionTrail;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Records in the audit log what becomes of sessions, and tells it to the next. */
record AuditedSessions(AuditLog log, SessionTrail next) implements SessionTrail {
  @Override
  public void record(SessionEvent event) throws IOException {
    CompletableFuture<Long> durable = log.append(of(event));
    try {
      if (permits(event)) {
        durable.get();
      }
    } catch (ExecutionException e) {
      throw new IOException("it cannot be recorded: " + e.getCause().getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("it is not recorded: the gateway ends", e);
    } finally {
      next.record(event);
    }
  }

  /** What permits something is on the disk before it does. */
  private static boolean permits(SessionEvent event) {
    return event instanceof SessionEvent.Approved || event instanceof SessionEvent.Reinstated;
  }

  private static AuditRecord.OfSession of(SessionEvent event) {
    return switch (event) {
      case SessionEvent.Asked e -> of(e, "asked", e.session(), Optional.empty());
      case SessionEvent.Began e -> of(e, "began", e.session(), Optional.empty());
      case SessionEvent.Approved e -> of(e, "approved", e.session(), Optional.of(e.approver()));
      case SessionEvent.Expired e -> of(e, "expired", e.session(), Optional.empty());
      case SessionEvent.ApprovalRefused e ->
          new AuditRecord.OfSession(
              e.at(),
              "approval_refused",
              Optional.of(e.session()),
              Optional.empty(),
              Optional.empty(),
              Optional.of(e.approver()),
              Optional.of(e.why()));
      case SessionEvent.Revoked e -> revocation(e, "revoked", e.what().text(), e.by());
      case SessionEvent.Reinstated e -> revocation(e, "reinstated", e.what().text(), e.by());
      case SessionEvent.StreamEnded e ->
          new AuditRecord.OfSession(
              e.at(),
              "cut",
              Optional.empty(),
              Optional.of(e.caller()),
              Optional.empty(),
              Optional.empty(),
              Optional.of(e.why()));
    };
  }

  private static AuditRecord.OfSession of(
      SessionEvent event, String what, Session session, Optional<String> by) {
    return new AuditRecord.OfSession(
        event.at(),
        what,
        Optional.of(session.id()),
        Optional.of(session.caller()),
        Optional.of(session.rule()),
        by,
        Optional.empty());
  }

  private static AuditRecord.OfSession revocation(
      SessionEvent event, String what, String of, String by) {
    return new AuditRecord.OfSession(
        event.at(),
        what,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(by),
        Optional.of(of));
  }
}
