package io.ringfence.model;

/** Where something stands in a blueprint: the file as the user named it, line and column from 1. */
public record SourceLocation(String file, int line, int column) {
  /** For what no file says: built-in and derived rules name the section they come from instead. */
  public static final SourceLocation BUILT_IN = new SourceLocation("built-in", 0, 0);

  @Override
  public String toString() {
    return line == 0 ? file : file + ":" + line + ":" + column;
  }
}
