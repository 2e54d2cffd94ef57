package io.ringfence.cli;

import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code completion}: the script that completes commands in a shell. */
@Command(
    name = "completion",
    description = "Print the script that completes commands in bash or zsh.",
    footer = {
      "  source <(ringfence completion bash)   # in ~/.bashrc",
      "  source <(ringfence completion zsh)    # in ~/.zshrc"
    })
final class CompletionCommand implements Callable<Integer> {
  private final Shell shell;

  @Parameters(arity = "0..1", paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}")
  private Kind kind = Kind.BASH;

  private enum Kind {
    BASH,
    ZSH;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  CompletionCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    String script = AutoComplete.bash("ringfence", Commands.whole(shell));
    if (kind == Kind.ZSH) {
      // zsh runs bash's completions, once it is told to.
      shell.out().line("autoload -U +X compinit && compinit");
    }
    shell.out().print(script);
    return ExitCode.OK;
  }
}
