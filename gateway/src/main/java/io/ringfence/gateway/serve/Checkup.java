package io.ringfence.gateway.serve;

import io.ringfence.gateway.doctor.Clientele;
import io.ringfence.gateway.doctor.Diagnosis;
import io.ringfence.gateway.doctor.Finding;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How one database stands by its own settings, and so whether anybody is served there.
 *
 * <p>INVARIANT (looked at before served): nobody is served by a database while something of it is
 * open, nor, where the database itself keeps tenants apart, before it was looked at for those who
 * come now. One that was well and does not answer for a while is as well as it was.
 */
final class Checkup {
  /** Looks at the database; it waits for it. */
  @FunctionalInterface
  interface Examiner {
    Diagnosis examine(Clientele clientele) throws IOException;
  }

  /** What is known of a database. */
  sealed interface Standing {
    /**
     * Nothing yet.
     *
     * @param why it could not be looked at
     */
    record Unseen(String why) implements Standing {}

    /**
     * It was looked at.
     *
     * @param of who came then
     * @param unanswered why it could not be looked at again, lately
     */
    record Seen(Diagnosis diagnosis, Clientele of, Optional<String> unanswered)
        implements Standing {}
  }

  private final String service;
  private final Examiner examiner;
  private final boolean first;
  private final Consumer<String> notes;
  private volatile Standing standing = new Standing.Unseen("it has not been looked at yet");

  /**
   * @param service {@code database/sql}
   * @param first whether it must be looked at before anybody is served
   * @param notes takes a line for the operator when its standing changes
   */
  Checkup(String service, Examiner examiner, boolean first, Consumer<String> notes) {
    this.service = service;
    this.examiner = examiner;
    this.first = first;
    this.notes = notes;
  }

  String service() {
    return service;
  }

  /** Whether nobody is served before it is looked at. */
  boolean waited() {
    return first;
  }

  Standing standing() {
    return standing;
  }

  /** How it stands for these callers now; nothing is changed by asking. */
  Standing look(Clientele clientele) {
    try {
      return new Standing.Seen(examiner.examine(clientele), clientele, Optional.empty());
    } catch (IOException | RuntimeException e) {
      String why = String.valueOf(e.getMessage());
      return switch (standing) {
        case Standing.Seen seen when seen.of().equals(clientele) ->
            new Standing.Seen(seen.diagnosis(), clientele, Optional.of(why));
        case Standing.Seen seen -> new Standing.Unseen(why);
        case Standing.Unseen unseen -> new Standing.Unseen(why);
      };
    }
  }

  /** Takes it as it stands, and tells the operator when that is another than before. */
  synchronized void take(Standing now) {
    Standing before = standing;
    standing = now;
    if (!now.equals(before)) {
      tell(before, now);
    }
  }

  private void tell(Standing before, Standing now) {
    switch (now) {
      case Standing.Unseen unseen -> notes.accept(untilSeen(unseen));
      case Standing.Seen seen -> {
        seen.unanswered()
            .ifPresent(
                why -> notes.accept("`%s` cannot be looked at again: %s".formatted(service, why)));
        if (!(before instanceof Standing.Seen past) || !past.diagnosis().equals(seen.diagnosis())) {
          tell(seen.diagnosis());
        }
      }
    }
  }

  private String untilSeen(Standing.Unseen unseen) {
    return (first
            ? "`%s` serves nobody until its settings are looked at: %s"
            : "the settings of `%s` cannot be looked at yet: %s")
        .formatted(service, unseen.why());
  }

  private void tell(Diagnosis diagnosis) {
    diagnosis.notes().forEach(n -> notes.accept("`%s`: %s".formatted(service, n)));
    if (diagnosis.findings().isEmpty()) {
      notes.accept(
          "`%s` is looked at, version %s: nothing is left open"
              .formatted(service, diagnosis.version()));
      return;
    }
    notes.accept("`%s` serves nobody, since its settings leave something open".formatted(service));
    for (Finding finding : diagnosis.findings()) {
      notes.accept("`%s`: %s; repair: %s;".formatted(service, finding.text(), finding.repair()));
    }
  }

  List<Finding> findings() {
    return switch (standing) {
      case Standing.Seen seen -> seen.diagnosis().findings();
      case Standing.Unseen unseen -> List.of();
    };
  }

  /** Why nobody is served, for the operator; empty when it serves. */
  Optional<String> closed() {
    return switch (standing) {
      case Standing.Unseen unseen -> first ? Optional.of(untilSeen(unseen)) : Optional.empty();
      case Standing.Seen seen ->
          seen.diagnosis().findings().isEmpty()
              ? Optional.empty()
              : Optional.of(
                  "`%s` serves nobody: `ringfence gateway doctor` says what it leaves open"
                      .formatted(service));
    };
  }

  /** What is open is the operator's to know, not the caller's. */
  void requireServed() throws RefusedException {
    if (closed().isPresent()) {
      throw new RefusedException(
          Refusal.Kind.UNAVAILABLE, "the gateway does not serve this database now");
    }
  }
}
