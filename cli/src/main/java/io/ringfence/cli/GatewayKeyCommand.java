package io.ringfence.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code gateway key}: the API keys that a gateway takes. */
@Command(
    name = "key",
    description = {
      "Make, list and revoke the API keys of the blueprint's gateway. A running gateway takes what"
          + " changes within a second or two.",
      "The file that `api-keys` names holds no key, only hashes by which they are recognised."
    },
    exitCodeList = {"0:done", "1:it could not be done", "64:the command line is wrong"},
    footer = {
      "  ringfence gateway key new --tenant globex --expires 30d --note 'trial'",
      "  ringfence gateway key list -o json",
      "  ringfence gateway key revoke abcdefghij"
    })
final class GatewayKeyCommand implements Callable<Integer> {
  private final Shell shell;

  @Spec private CommandSpec spec;

  private GatewayKeyCommand(Shell shell) {
    this.shell = shell;
  }

  /** With its own commands. */
  static CommandLine line(Shell shell) {
    return new CommandLine(new GatewayKeyCommand(shell))
        .addSubcommand("new", new GatewayKeyNewCommand(shell))
        .addSubcommand("list", new GatewayKeyListCommand(shell))
        .addSubcommand("revoke", new GatewayKeyRevokeCommand(shell));
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(shell.out().stream());
    return ExitCode.OK;
  }
}
