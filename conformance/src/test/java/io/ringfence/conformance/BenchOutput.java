package io.ringfence.conformance;

import picocli.CommandLine.Option;

/** The options that every command under {@code bench/} has. */
public final class BenchOutput {
  /** How results are printed. */
  public enum Format {
    table,
    json
  }

  @Option(names = "-o", paramLabel = "FORMAT", description = "table or json (${DEFAULT-VALUE}).")
  private Format format = Format.table;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Print this help.")
  @SuppressWarnings("UnusedVariable") // picocli sets and reads it
  private boolean help;

  public Format format() {
    return format;
  }
}
