package io.ringfence.conformance.isolation;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/**
 * Sends one stream of requests to a gateway and to the tenant's twin, and compares.
 *
 * <p>What must hold (non-interference): what is answered through the gateway is what the twin
 * answers; what is another's is as good as missing; what must be refused is; others' data stays as
 * it was; nothing is planted; and nearly all that is valid is answered.
 */
final class IsolationRun {
  /** Of the valid requests so many must be answered. */
  static final double ANSWERED_MIN = 0.95;

  /** Before so many valid requests nothing is said of their share. */
  private static final int VALID_MIN = 100;

  /** After so many requests others' data is looked at. */
  private static final int DATA_CHECK_EACH = 1_000;

  private static final int VIOLATIONS_MAX = 20;

  private final Subject subject;
  private final SplittableRandom random;
  private final Map<String, Counts> counts = new TreeMap<>();
  private final List<String> violations = new ArrayList<>();
  private long sent;
  private long valid;
  private long answered;
  private long twinFailed;

  private IsolationRun(Subject subject, long seed) {
    this.subject = subject;
    this.random = new SplittableRandom(seed);
  }

  /** How requests of one operation fared. */
  static final class Counts {
    long permitted;
    long denied;

    void add(Counts more) {
      permitted += more.permitted;
      denied += more.denied;
    }
  }

  /**
   * What a run came to.
   *
   * @param sent how many requests were sent before it ended
   * @param twinFailed how often the twin's server failed, so that there was nothing to compare
   */
  record Report(
      long sent,
      long valid,
      long answered,
      long twinFailed,
      Map<String, Counts> counts,
      List<String> violations) {
    double answeredShare() {
      return valid == 0 ? 1 : (double) answered / valid;
    }

    boolean holds() {
      return violations.isEmpty();
    }

    /** With the seed before each violation. */
    Report of(long seed) {
      List<String> named = violations.stream().map(v -> "seed " + seed + ": " + v).toList();
      return new Report(sent, valid, answered, twinFailed, counts, named);
    }
  }

  /**
   * @param atFirst whether to end at the first violation
   */
  static Report of(Subject subject, long requests, long seed, boolean atFirst) throws IOException {
    return of(subject, requests, seed, atFirst, more -> {});
  }

  /**
   * @param sent is told how many more were sent, now and then
   */
  static Report of(Subject subject, long requests, long seed, boolean atFirst, LongConsumer sent)
      throws IOException {
    return new IsolationRun(subject, seed).run(requests, atFirst, sent);
  }

  private Report run(long requests, boolean atFirst, LongConsumer told) throws IOException {
    String before = subject.others();
    boolean ends = false;
    while (sent < requests && !ends) {
      one();
      sent++;
      if (sent % VALID_MIN == 0) {
        told.accept(VALID_MIN);
        if (atFirst || sent % DATA_CHECK_EACH == 0) {
          checkData(before);
          checkShare();
        }
      }
      ends = violations.size() >= (atFirst ? 1 : VIOLATIONS_MAX);
    }
    checkData(before);
    checkShare();
    return new Report(sent, valid, answered, twinFailed, counts, List.copyOf(violations));
  }

  private void one() throws IOException {
    Subject.Attempt attempt = subject.next(random);
    Subject.Answer gateway = attempt.throughGateway();
    Counts count = counts.computeIfAbsent(attempt.operation(), o -> new Counts());
    if (gateway.good()) {
      count.permitted++;
    } else {
      count.denied++;
    }
    checkCanaries(attempt, gateway);
    attempt.misread().ifPresent(m -> violation(attempt, m));
    switch (attempt.kind()) {
      case FORBIDDEN -> {
        if (gateway.good() || attempt.reached()) {
          violation(attempt, "is let through, and must be refused: " + gateway.raw());
        }
      }
      case FOREIGN -> {
        Subject.Answer twin = attempt.onTwin();
        if (gateway.status() != twin.status() || contentsDiffer(gateway, twin)) {
          violation(
              attempt,
              "what is another's is told from what is missing: %d %s, and %d %s"
                  .formatted(gateway.status(), gateway.raw(), twin.status(), twin.raw()));
        }
      }
      case ODD -> compareIfAnswered(attempt, gateway);
      case VALID -> {
        valid++;
        compareValid(attempt, gateway);
      }
    }
  }

  private void compareValid(Subject.Attempt attempt, Subject.Answer gateway) throws IOException {
    if (attempt.changes() && attempt.refused(gateway)) {
      return; // the twin must not change either; it counts as unanswered
    }
    Subject.Answer twin = attempt.onTwin();
    if (gateway.good() == twin.good()) {
      answered++;
    }
    compare(attempt, gateway, twin);
  }

  private void compareIfAnswered(Subject.Attempt attempt, Subject.Answer gateway)
      throws IOException {
    if (gateway.good()) {
      compare(attempt, gateway, attempt.onTwin());
    } else if (attempt.changes() && !attempt.refused(gateway)) {
      // What failed there may have changed something before.
      Subject.Answer twin = attempt.onTwin();
      if (twin.good()) {
        violation(attempt, "fails, and the twin answers: " + gateway.raw());
      }
    }
  }

  private void compare(Subject.Attempt attempt, Subject.Answer gateway, Subject.Answer twin) {
    if (twin.failed()) {
      twinFailed++;
      return;
    }
    if (gateway.good() && !twin.good()) {
      violation(attempt, "is answered, and the twin has no answer: " + twin.raw());
    } else if (!attempt.refused(gateway) && contentsDiffer(gateway, twin)) {
      violation(
          attempt,
          "answers differ: " + parting(gateway.content().orElse(""), twin.content().orElse("")));
    }
  }

  private static boolean contentsDiffer(Subject.Answer one, Subject.Answer other) {
    return one.content().isPresent()
        && other.content().isPresent()
        && !one.content().equals(other.content());
  }

  private void checkCanaries(Subject.Attempt attempt, Subject.Answer gateway) {
    String written = attempt.text().toLowerCase(Locale.ROOT);
    for (String canary : subject.canaries()) {
      if (gateway.raw().contains(canary) && !written.contains(canary)) {
        violation(attempt, "another's data is shown: " + gateway.raw());
        return;
      }
    }
  }

  private void checkData(String before) {
    try {
      if (!subject.others().equals(before)) {
        violations.add("others' data is not what it was, after " + sent + " requests");
      }
      subject.planted().stream()
          .findFirst()
          .ifPresent(p -> violations.add("planted, after " + sent + " requests: " + p));
    } catch (IOException e) {
      // What is gone cannot be read.
      violations.add("others' data cannot be read, after " + sent + " requests: " + e.getMessage());
    }
  }

  private void checkShare() {
    if (valid >= VALID_MIN && answered < ANSWERED_MIN * valid) {
      violations.add(
          "of %d valid requests that the policy permits only %d are answered"
              .formatted(valid, answered));
    }
  }

  private void violation(Subject.Attempt attempt, String what) {
    violations.add(attempt.text() + "\n    " + cut(what));
  }

  /** Both from shortly before where they part. */
  private static String parting(String gateway, String twin) {
    int at = 0;
    while (at < Math.min(gateway.length(), twin.length())
        && gateway.charAt(at) == twin.charAt(at)) {
      at++;
    }
    int from = Math.max(0, at - 40);
    return part(gateway, from) + " and on the twin " + part(twin, from);
  }

  private static String part(String text, int from) {
    return "..." + text.substring(from, Math.min(text.length(), from + 200));
  }

  private static String cut(String text) {
    return text.length() > 1000 ? text.substring(0, 1000) + "..." : text;
  }

  /** The first violation's first line. */
  static Optional<String> first(Report report) {
    return report.violations().stream().findFirst();
  }
}
