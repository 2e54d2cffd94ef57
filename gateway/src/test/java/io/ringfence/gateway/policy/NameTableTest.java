package io.ringfence.gateway.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.model.NamePattern;
import io.ringfence.model.testing.Dice;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NameTableTest {
  /** Letters of which some pairs have one hash: {@code Aa} and {@code BB}. */
  private static final String LETTERS = "AaB*";

  @Test
  void findsTheFirstThatMatchesAsOneByOneWould() {
    Dice dice = new Dice(1);
    int found = 0;
    for (int round = 0; round < 400; round++) {
      List<NamePattern> patterns = new ArrayList<>();
      NameTable.Builder<Integer> builder = new NameTable.Builder<>();
      for (int i = dice.between(0, 12); i > 0; i--) {
        NamePattern pattern = new NamePattern(word(dice, 4, 1));
        builder.add(patterns.size(), pattern, patterns.size());
        patterns.add(pattern);
      }
      NameTable<Integer> table = builder.build();
      for (int i = 0; i < 40; i++) {
        String name = word(dice, 3, 0) + word(dice, 3, 0);
        int skip = dice.between(-1, patterns.size());
        Integer expected = null;
        for (int p = patterns.size() - 1; p >= 0; p--) {
          expected = p != skip && patterns.get(p).matches(name) ? Integer.valueOf(p) : expected;
        }
        assertEquals(expected, table.first(name, p -> p != skip), () -> name + " in " + patterns);
        found += expected == null ? 0 : 1;
      }
    }
    assertTrue(found > 1000 && found < 15_000, found + " found");
  }

  private static String word(Dice dice, int lengthMax, int lengthMin) {
    StringBuilder out = new StringBuilder();
    for (int i = dice.between(lengthMin, lengthMax); i > 0; i--) {
      out.append(LETTERS.charAt(dice.between(0, LETTERS.length() - 1)));
    }
    return out.toString();
  }

  @Test
  void anEmptyTableHasNothing() {
    assertNull(new NameTable.Builder<String>().build().first("docs", t -> true));
    assertNull(new NameTable.Builder<String>().build().first("", t -> true));
  }
}
