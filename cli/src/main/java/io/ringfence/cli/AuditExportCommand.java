package io.ringfence.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.gateway.audit.AuditFilter;
import io.ringfence.gateway.audit.AuditQuery;
import io.ringfence.gateway.audit.AuditRecord;
import io.ringfence.gateway.audit.OcsfEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code audit export}: a log in others' words. */
@Command(
    name = "export",
    description = {
      "Write decisions as JSON lines for other tools: events of OCSF "
          + OcsfEvent.VERSION
          + ", class API Activity, profile Security Control. Operators' records are not among them."
    },
    exitCodeList = {"0:done", "1:it could not be read", "64:the command line is wrong"},
    footer = {"  ringfence audit export /var/lib/ringfence/audit --since 1d > audit.ocsf.jsonl"})
final class AuditExportCommand implements Callable<Integer> {
  private final Shell shell;

  @Mixin private AuditFolder log;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}")
  private Format format = Format.OCSF;

  /** Whose words. */
  enum Format {
    OCSF;

    @Override
    public String toString() {
      return "ocsf";
    }
  }

  AuditExportCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws IOException {
    Path folder = log.path(shell);
    AuditFilter filter = log.filter(shell.clock());
    AuditQuery.each(folder, filter, this::print);
    return ExitCode.OK;
  }

  private void print(AuditQuery.Found found) {
    if (found.entry().record() instanceof AuditRecord.Decided d) {
      ObjectNode event =
          switch (format) {
            case OCSF ->
                OcsfEvent.of(found.entry().number(), d, found.end(), RootCommand.version());
          };
      shell.out().line(event.toString());
    }
  }
}
