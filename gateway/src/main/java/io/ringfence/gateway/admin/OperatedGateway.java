package io.ringfence.gateway.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.gateway.session.SessionDesk;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What the operator's door operates. */
public interface OperatedGateway {
  /** How it stands, for people and machines. */
  ObjectNode status();

  /** Why new requests should not come here; empty when they may. */
  List<String> notReady();

  /** For Prometheus. */
  String metrics();

  /** Absent where no rule has sessions. */
  Optional<SessionDesk> sessions();

  /** Reads the blueprint anew; empty when what stands there is served, or else why it is not. */
  Optional<String> reload();

  /** Takes no more requests, and ends once those that are answered have ended. */
  void drain(Duration patience);

  /**
   * Looks at the databases' own settings: by service {@code served}, {@code version}, {@code
   * findings} with {@code text} and {@code repair}, {@code unanswered}. Empty where no database's
   * settings matter.
   */
  ObjectNode doctor();
}
