package io.ringfence.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabOptionsTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "A", "a-b", "../x", "a/b", "1234567890123", "a b"})
  void refusesIdsThatNamespacesCannotBear(String id) {
    assertThrows(LabUnavailable.class, () -> new LabOptions(id));
  }

  @Test
  void theLongestIdFits() {
    assertEquals("rf123456789012-", new LabOptions("123456789012").prefix());
  }

  @Test
  void aBlueprintHasTheSameIdEachTime() {
    LabOptions options = LabOptions.of(ThreeTiers.blueprint());
    assertEquals(options, LabOptions.of(ThreeTiers.blueprint()));
    assertEquals(8, options.id().length());
  }
}
