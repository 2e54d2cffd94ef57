package io.ringfence.language;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SaidTest {
  private static final List<String> VALID = List.of("vectordb", "app", "edge", "operations");

  @ParameterizedTest
  @CsvSource({
    "vectrodb, vectordb",
    "vectordbs, vectordb",
    "VectorDB, vectordb",
    "ap, app",
    "pap, app",
    "egde, edge",
    "operation, operations",
    "x, ",
    "pci, ",
    "network, ",
  })
  void nearest(String word, String nearest) {
    assertEquals(Optional.ofNullable(nearest), Said.nearest(word, VALID));
  }

  @Test
  void quotesOnOneLineAndWithoutSecrets() {
    assertEquals("`a\\u000ab`", Said.quote("a\nb"));
    assertEquals("`https://...@x.example/`", Said.quote("https://user:pass@x.example/"));
    assertEquals(82, Said.quote("x".repeat(500)).length());
  }

  @Test
  void saysAlsoThatNoneIsDeclared() {
    assertEquals("undeclared role `x`; none is declared", Said.undeclared("role", "x", List.of()));
  }
}
