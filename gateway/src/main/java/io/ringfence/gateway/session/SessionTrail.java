package io.ringfence.gateway.session;

import java.io.IOException;

/** Where what becomes of sessions is recorded, for auditors. */
@FunctionalInterface
public interface SessionTrail {
  /** Does nothing, for where there is no log. */
  SessionTrail NONE = event -> {};

  /**
   * @throws IOException when it is not recorded for good; an approval is then none
   */
  void record(SessionEvent event) throws IOException;
}
