package io.ringfence.cli;

/** The one command. */
public final class Ringfence {
  private Ringfence() {}

  public static void main(String[] args) {
    Shell shell = Shell.ofProcess();
    int code = ExitCode.ERROR;
    try {
      code = Commands.run(shell, args);
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError | LinkageError e) {
      // What no command can handle is still told in one line.
      shell.err().line("error: " + e + "; RINGFENCE_DEBUG=1 shows where");
      if (shell.debugs()) {
        e.printStackTrace(shell.err().stream());
      }
    }
    shell.out().stream().flush();
    shell.err().stream().flush();
    System.exit(code);
  }
}
