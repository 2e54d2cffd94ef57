package io.ringfence.gateway.serve;

import io.ringfence.gateway.session.SessionEvent;
import io.ringfence.gateway.session.SessionTrail;
import java.util.function.Consumer;

/**
 * Tells the operator at the gateway's terminal what becomes of sessions. What operators themselves
 * do is in the audit log, recorded at their door.
 */
record SessionNotes(Consumer<String> notes) implements SessionTrail {
  @Override
  public void record(SessionEvent event) {
    switch (event) {
      case SessionEvent.Asked e ->
          notes.accept(
              "session %s waits for approval: %s under rule `%s`"
                  .formatted(e.session().id(), e.session().caller(), e.session().rule()));
      case SessionEvent.Began e -> {}
      case SessionEvent.Expired e -> {}
      case SessionEvent.Approved e ->
          notes.accept(
              "session %s of %s under rule `%s` is approved by %s until %s"
                  .formatted(
                      e.session().id(),
                      e.session().caller(),
                      e.session().rule(),
                      e.approver(),
                      e.session().until()));
      case SessionEvent.ApprovalRefused e ->
          notes.accept(
              "session %s is not approved by %s: %s".formatted(e.session(), e.approver(), e.why()));
      case SessionEvent.Revoked e ->
          notes.accept("%s is revoked by %s".formatted(e.what().text(), e.by()));
      case SessionEvent.Reinstated e ->
          notes.accept("%s is reinstated by %s".formatted(e.what().text(), e.by()));
      case SessionEvent.StreamEnded e ->
          notes.accept("a request of %s is ended: %s".formatted(e.caller(), e.why()));
    }
  }
}
