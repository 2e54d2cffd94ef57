package io.ringfence.language;

import io.ringfence.model.Engine;
import java.util.Optional;

/** A role of an engine that shares its port with a service, and so is none of its own. */
final class SharedRole {
  private SharedRole() {}

  /** What to say of a role that is named like a service, if it is such a one. */
  static Optional<String> message(Engine engine, String role, String workload) {
    return Optional.ofNullable(engine.sharedRoles().get(role))
        .map(
            service ->
                Said.quote(role)
                    + " of "
                    + engine.title()
                    + " shares "
                    + engine.services().get(service).ports()
                    + " with "
                    + Said.quote(service)
                    + " and is no service of its own; write "
                    + Said.quote(workload + "/" + service));
  }
}
