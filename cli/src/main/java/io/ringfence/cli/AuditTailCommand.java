package io.ringfence.cli;

import io.ringfence.gateway.audit.AuditEntry;
import io.ringfence.gateway.audit.AuditFilter;
import io.ringfence.gateway.audit.AuditReader;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code audit tail}: a log's last records, and those that follow. */
@Command(
    name = "tail",
    description = {
      "Show the last decisions of an audit log, and with -f each further one as it is written.",
      "The last records are looked for in the log's last two files."
    },
    exitCodeList = {"0:done", "1:it could not be read", "64:the command line is wrong"},
    footer = {
      "  ringfence audit tail -f /var/lib/ringfence/audit",
      "  ringfence audit tail -f DIR --verdict deny -o json"
    })
final class AuditTailCommand implements Callable<Integer> {
  private static final long POLL_MILLIS = 200;

  private final Shell shell;

  @Mixin private AuditFolder log;

  @Option(
      names = {"-f", "--follow"},
      description = "Go on with what is written, until ended.")
  private boolean follow;

  @Option(
      names = {"-n", "--lines"},
      paramLabel = "N",
      description = "The last so many first (${DEFAULT-VALUE}).")
  private int lines = 10;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}; JSON is a record a line")
  private OutputFormat output = OutputFormat.TEXT;

  AuditTailCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws IOException {
    if (lines < 0) {
      throw new Failure("`--lines` is at least 0");
    }
    AuditFilter filter = log.filter(shell.clock());
    AuditReader reader = AuditReader.ofEnd(log.path(shell));
    last(reader, filter).forEach(this::print);
    while (follow && pause()) {
      reader.read(e -> printIf(filter, e));
    }
    return ExitCode.OK;
  }

  private Deque<AuditEntry> last(AuditReader reader, AuditFilter filter) throws IOException {
    Deque<AuditEntry> last = new ArrayDeque<>();
    reader.read(
        entry -> {
          if (filter.takes(entry.record())) {
            last.add(entry);
            if (last.size() > lines) {
              last.remove();
            }
          }
        });
    return last;
  }

  private void printIf(AuditFilter filter, AuditEntry entry) {
    if (filter.takes(entry.record())) {
      print(entry);
    }
  }

  private void print(AuditEntry entry) {
    shell
        .out()
        .line(
            switch (output) {
              case TEXT -> String.join("  ", AuditText.cells(shell.out(), entry));
              case JSON -> AuditText.json(entry).toString();
            });
  }

  /** False once somebody ends it. */
  private boolean pause() {
    shell.out().stream().flush();
    try {
      Thread.sleep(POLL_MILLIS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
