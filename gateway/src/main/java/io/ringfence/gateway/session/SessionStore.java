package io.ringfence.gateway.session;

import java.io.IOException;
import java.util.List;

/** Keeps what must outlive the process: revocations and approvals. */
public interface SessionStore extends AutoCloseable {
  /** One thing that is kept. */
  sealed interface Entry {
    /** Takes the place of what was kept of the same caller and rule. */
    record OfSession(Session session, String generation) implements Entry {}

    /** From here on another generation of the policy decides: what was approved is so no longer. */
    record Turned(String generation) implements Entry {}

    record Revoked(Revocation what) implements Entry {}

    record Reinstated(Revocation what) implements Entry {}
  }

  /** What was kept, in its order. */
  List<Entry> entries();

  /**
   * @throws IOException when it is not on the disk for good
   */
  void keep(Entry entry) throws IOException;

  @Override
  default void close() throws IOException {}

  /** Keeps nothing beyond the process: for tests, and gateways that are tried out. */
  static SessionStore inMemory() {
    return new SessionStore() {
      @Override
      public List<Entry> entries() {
        return List.of();
      }

      @Override
      public void keep(Entry entry) {}
    };
  }
}
