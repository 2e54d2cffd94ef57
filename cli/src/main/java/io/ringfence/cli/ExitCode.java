package io.ringfence.cli;

/** What commands end with; each command's help says which it uses. */
final class ExitCode {
  static final int OK = 0;
  static final int ERROR = 1;

  /** {@code diff}: there are differences, as diff(1) and kubectl have it. */
  static final int DIFFERENT = 1;

  /** {@code diff}: it could not be done. */
  static final int DIFF_ERROR = 2;

  /** {@code fmt --check}: a file is not in its canonical form. */
  static final int UNFORMATTED = 1;

  /** {@code fmt}: it could not be done. */
  static final int FMT_ERROR = 2;

  /** {@code plan}: applying would change something, as Terraform has it. */
  static final int CHANGES = 2;

  /** The work was done and what it found is not good: findings, differences, a denied flow. */
  static final int FINDINGS = 3;

  /** The command line itself is wrong (sysexits.h). */
  static final int USAGE = 64;

  /** Interrupted from the keyboard. */
  static final int INTERRUPTED = 130;

  private ExitCode() {}
}
