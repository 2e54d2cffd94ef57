package io.ringfence.gateway.audit;

import io.ringfence.gateway.request.Touch;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Which decisions somebody asks for: those that meet every part that is given.
 *
 * @param since the first instant
 * @param until the first instant that is too late
 * @param collection of any of the decision's touches
 */
public record AuditFilter(
    Optional<Instant> since,
    Optional<Instant> until,
    Optional<Glob> principal,
    Optional<Glob> tenant,
    Optional<Glob> collection,
    Optional<Glob> operation,
    Optional<Boolean> permitted,
    Optional<Glob> rule) {
  /** Text in which {@code *} stands for any characters. */
  public record Glob(Pattern pattern) implements Predicate<String> {
    public static Glob of(String text) {
      String quoted =
          java.util.Arrays.stream(text.split("\\*", -1))
              .map(Pattern::quote)
              .collect(java.util.stream.Collectors.joining(".*"));
      return new Glob(Pattern.compile(quoted, Pattern.DOTALL));
    }

    @Override
    public boolean test(String text) {
      return pattern.matcher(text).matches();
    }
  }

  /** Whether it asks for something that decisions alone have. */
  private boolean asksForDecisions() {
    return principal.isPresent()
        || tenant.isPresent()
        || collection.isPresent()
        || operation.isPresent()
        || permitted.isPresent()
        || rule.isPresent();
  }

  /** The ends of decisions are no answers of their own. */
  public boolean takes(AuditRecord record) {
    return isInTime(record.time())
        && switch (record) {
          case AuditRecord.Decided decided -> takes(decided);
          case AuditRecord.Completed c -> false;
          case AuditRecord.Operated o -> !asksForDecisions();
          case AuditRecord.OfSession s -> takes(s);
          case AuditRecord.Recovered r -> !asksForDecisions();
        };
  }

  private boolean isInTime(Instant time) {
    return (since.isEmpty() || !time.isBefore(since.get()))
        && (until.isEmpty() || time.isBefore(until.get()));
  }

  private boolean takes(AuditRecord.Decided d) {
    return meets(principal, Optional.of(d.principal()))
        && meets(tenant, d.tenant())
        && meets(operation, d.operation())
        && meets(rule, d.rule())
        && (permitted.isEmpty() || permitted.get() == d.permitted())
        && (collection.isEmpty() || touches(d, collection.get()));
  }

  private boolean takes(AuditRecord.OfSession s) {
    return meets(principal, s.caller())
        && meets(rule, s.rule())
        && tenant.isEmpty()
        && collection.isEmpty()
        && operation.isEmpty()
        && permitted.isEmpty();
  }

  private static boolean touches(AuditRecord.Decided d, Glob collection) {
    return d.touches().stream()
        .map(Touch::collection)
        .flatMap(Optional::stream)
        .anyMatch(collection);
  }

  private static boolean meets(Optional<Glob> wanted, Optional<String> value) {
    return wanted.isEmpty() || value.filter(wanted.get()).isPresent();
  }
}
