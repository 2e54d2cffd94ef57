package io.ringfence.conformance.badrooms.language;

public record LanguageWord(String text) {}
