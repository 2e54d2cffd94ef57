package io.ringfence.language;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ringfence.model.NamePattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobsTest {
  @ParameterizedTest
  @CsvSource({
    "a,      a,      true",
    "a,      b,      false",
    "a-*,    a-b,    true",
    "a-*,    a-,     true",
    "a-*,    ab,     false",
    "a-*,    a-b-*,  true",
    "a-*,    b-*,    false",
    "*,      x,      true",
    "*-docs, acme-*, true",
    "*a,     *b,     false",
    "a*c,    abc*,   true",
    "a*c,    ab,     false",
    "a*b*c,  abbc,   true",
    "**,     *,      true",
  })
  void meet(String a, String b, boolean expected) {
    assertEquals(expected, Globs.meet(new NamePattern(a), new NamePattern(b)));
    assertEquals(expected, Globs.meet(new NamePattern(b), new NamePattern(a)));
  }
}
