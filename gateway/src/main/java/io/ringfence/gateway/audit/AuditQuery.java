package io.ringfence.gateway.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Finds what a log tells of some decisions, each with its end. */
public final class AuditQuery {
  /** Decisions whose end is looked for at once; past it the oldest is told without. */
  static final int OPEN_MAX = 100_000;

  private final AuditFilter filter;
  private final Consumer<Found> finder;
  private final SequencedMap<String, AuditEntry> open = new LinkedHashMap<>();

  private AuditQuery(AuditFilter filter, Consumer<Found> finder) {
    this.filter = filter;
    this.finder = finder;
  }

  /**
   * One record that was asked for.
   *
   * @param end of a decision; absent while it is not recorded
   */
  public record Found(AuditEntry entry, Optional<AuditRecord.Completed> end) {}

  /**
   * What was found, in the log's order.
   *
   * @param leftOut how many are older than these and were left out
   */
  public record Result(List<Found> entries, long leftOut) {}

  /** The latest of what is asked for. */
  public static Result run(Path folder, AuditFilter filter, int most) throws IOException {
    TreeMap<Long, Found> latest = new TreeMap<>();
    long[] leftOut = {0};
    each(
        folder,
        filter,
        found -> {
          latest.put(found.entry().number(), found);
          if (latest.size() > most) {
            latest.pollFirstEntry();
            leftOut[0]++;
          }
        });
    return new Result(List.copyOf(latest.values()), leftOut[0]);
  }

  /** All that is asked for, decisions in the order of their ends. */
  public static void each(Path folder, AuditFilter filter, Consumer<Found> finder)
      throws IOException {
    AuditQuery query = new AuditQuery(filter, finder);
    AuditReader.of(folder).read(query::look);
    while (!query.open.isEmpty()) {
      query.tellOldest();
    }
  }

  private void look(AuditEntry entry) {
    if (entry.record() instanceof AuditRecord.Completed end) {
      AuditEntry decision = open.remove(end.request());
      if (decision != null) {
        finder.accept(new Found(decision, Optional.of(end)));
      }
    } else if (filter.takes(entry.record())) {
      take(entry);
    }
  }

  private void take(AuditEntry entry) {
    if (entry.record() instanceof AuditRecord.Decided d) {
      open.put(d.request(), entry);
      if (open.size() > OPEN_MAX) {
        tellOldest();
      }
    } else {
      finder.accept(new Found(entry, Optional.empty()));
    }
  }

  private void tellOldest() {
    finder.accept(new Found(open.pollFirstEntry().getValue(), Optional.empty()));
  }
}
