package io.ringfence.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code audit}: the log of a gateway's decisions. */
@Command(
    name = "audit",
    description = "Read the log of a gateway's decisions.",
    exitCodeList = {"0:done", "1:it could not be done", "3:the log is not as it was written"},
    footer = {
      "  ringfence audit verify /var/lib/ringfence/audit",
      "  ringfence audit query /var/lib/ringfence/audit --verdict deny --since 1h"
    })
final class AuditCommand implements Callable<Integer> {
  private final Shell shell;

  @Spec private CommandSpec spec;

  private AuditCommand(Shell shell) {
    this.shell = shell;
  }

  /** With its own commands. */
  static CommandLine line(Shell shell) {
    return new CommandLine(new AuditCommand(shell))
        .addSubcommand("verify", new AuditVerifyCommand(shell))
        .addSubcommand("query", new AuditQueryCommand(shell))
        .addSubcommand("tail", new AuditTailCommand(shell))
        .addSubcommand("export", new AuditExportCommand(shell));
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(shell.out().stream());
    return ExitCode.OK;
  }
}
