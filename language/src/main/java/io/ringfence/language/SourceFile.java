package io.ringfence.language;

/**
 * One file of a blueprint: its name as the user gave it, and its text.
 *
 * @param lines what its lines are called in what is read from it
 */
public record SourceFile(String name, String text, LineNumbers lines) {
  public SourceFile(String name, String text) {
    this(name, text, LineNumbers.PLAIN);
  }

  SourceFile withText(String other) {
    return new SourceFile(name, other, lines);
  }
}
