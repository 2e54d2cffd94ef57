package io.ringfence.conformance.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ringfence.gateway.audit.AuditReader;
import io.ringfence.gateway.audit.AuditRecord;
import io.ringfence.gateway.audit.AuditVerification;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an audit log tells, whose chain holds.
 *
 * @param unfinished decisions of which no end is recorded
 */
record Recorded(List<AuditRecord> all, int unfinished) {
  static Recorded in(Path audit) throws IOException {
    AuditVerification found = AuditVerification.of(audit, Optional.empty(), Optional.empty());
    assertEquals(List.of(), found.problems());
    List<AuditRecord> all = new ArrayList<>();
    AuditReader.of(audit).read(entry -> all.add(entry.record()));
    return new Recorded(all, found.unfinished().size());
  }

  List<AuditRecord.Decided> decisions() {
    return of(AuditRecord.Decided.class);
  }

  /** How many decisions permit. */
  int permitted() {
    return (int) decisions().stream().filter(AuditRecord.Decided::permitted).count();
  }

  <T extends AuditRecord> List<T> of(Class<T> kind) {
    return all.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** How many requests ended so. */
  int ended(String status) {
    return (int)
        of(AuditRecord.Completed.class).stream().filter(c -> c.status().equals(status)).count();
  }
}
