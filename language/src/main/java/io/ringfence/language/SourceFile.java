package io.ringfence.language;

/** One file of a blueprint: its name as the user gave it, and its text. */
public record SourceFile(String name, String text) {}
