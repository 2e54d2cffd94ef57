package io.ringfence.cli;

/** The one command. */
public final class Ringfence {
  private Ringfence() {}

  public static void main(String[] args) {
    Shell shell = Shell.ofProcess();
    int code = Commands.run(shell, args);
    shell.out().stream().flush();
    shell.err().stream().flush();
    System.exit(code);
  }
}
