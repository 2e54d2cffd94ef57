package io.ringfence.language;

/** How the lines of a file are numbered in what is read from it. */
@FunctionalInterface
public interface LineNumbers {
  /** From 1, as they stand. */
  LineNumbers PLAIN = line -> line;

  /** The number of the line that stands at a place, counted from 1. */
  int at(int line);
}
