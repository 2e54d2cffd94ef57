package io.ringfence.cli;

import io.ringfence.gateway.audit.AuditFilter;
import io.ringfence.gateway.audit.AuditFilter.Glob;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A log, and which of its records a command is about. */
final class AuditFolder {
  private static final Pattern AGO = Pattern.compile("(\\d{1,9})([smhd])");

  @Parameters(paramLabel = "DIR", description = "The log's folder.")
  private String folder;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description =
          "From this time on: `2026-01-31T08:00:00Z`, a day, or so long ago: `90s`, `15m`, `2h`,"
              + " `7d`.")
  private String since;

  @Option(names = "--until", paramLabel = "TIME", description = "Before this time.")
  private String until;

  @Option(
      names = "--principal",
      paramLabel = "TEXT",
      description = "Whose; `*` stands for any characters, here and below.")
  private String principal;

  @Option(names = "--tenant", paramLabel = "TEXT", description = "Of which tenant's members.")
  private String tenant;

  @Option(names = "--collection", paramLabel = "TEXT", description = "On which, by server's name.")
  private String collection;

  @Option(names = "--operation", paramLabel = "TEXT", description = "Which: `chroma.records.*`.")
  private String operation;

  @Option(names = "--rule", paramLabel = "TEXT", description = "By which rule permitted.")
  private String rule;

  @Option(
      names = "--verdict",
      paramLabel = "VERDICT",
      description = "${COMPLETION-CANDIDATES}: only what was so decided.")
  private Verdict verdict;

  /** What was decided. */
  enum Verdict {
    PERMIT,
    DENY;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  Path path(Shell shell) {
    Path path = shell.path(folder);
    if (!Files.isDirectory(path)) {
      throw new Failure("no audit log at `" + folder + "`: no such folder");
    }
    return path;
  }

  AuditFilter filter(Clock clock) {
    return new AuditFilter(
        time("--since", since, clock),
        time("--until", until, clock),
        glob(principal),
        glob(tenant),
        glob(collection),
        glob(operation),
        Optional.ofNullable(verdict).map(v -> v == Verdict.PERMIT),
        glob(rule));
  }

  private static Optional<Glob> glob(String text) {
    return Optional.ofNullable(text).map(Glob::of);
  }

  private static Optional<Instant> time(String option, String text, Clock clock) {
    if (text == null) {
      return Optional.empty();
    }
    Matcher ago = AGO.matcher(text);
    if (ago.matches()) {
      return Optional.of(clock.instant().minus(duration(ago)));
    }
    try {
      return Optional.of(
          text.length() == 10
              ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
              : Instant.parse(text));
    } catch (DateTimeException e) {
      throw new Failure(
          "`"
              + option
              + " "
              + text
              + "` is no time; write `2026-01-31T08:00:00Z`, `2026-01-31`, or `15m` for so long"
              + " ago",
          e);
    }
  }

  private static Duration duration(Matcher ago) {
    long count = Long.parseLong(ago.group(1));
    return switch (ago.group(2)) {
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      default -> Duration.ofDays(count);
    };
  }
}
