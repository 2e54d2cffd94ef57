package io.ringfence.verifier.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.model.NamePattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class NameSearchTest {
  private static final long SEED = 3L;
  private static final int LENGTH_MAX = 7;

  private static List<NamePattern> patterns(String... texts) {
    return Stream.of(texts).map(NamePattern::new).toList();
  }

  @Test
  void readableNamesAreFoundFirst() {
    assertEquals(Optional.of("acme-docs"), NameSearch.find(patterns("acme-*"), List.of()));
    assertEquals(Optional.of("docs"), NameSearch.find(patterns("*"), patterns("acme-*")));
    assertEquals(
        Optional.of("a-docs-b"), NameSearch.find(patterns("a-*", "*-b", "*-docs-*"), List.of()));
    assertEquals(Optional.empty(), NameSearch.find(patterns("acme-*", "globex-*"), List.of()));
    assertEquals(Optional.empty(), NameSearch.find(patterns("acme-*"), patterns("*")));
    assertEquals(Optional.empty(), NameSearch.find(patterns("a*b"), patterns("a*")));
  }

  @Test
  void aNameIsFoundWheneverTryingAllNamesFindsOne() {
    Random random = new Random(SEED);
    List<String> names = new ArrayList<>(List.of(""));
    for (int from = 0, length = 0; length < LENGTH_MAX; length++) {
      int to = names.size();
      for (; from < to; from++) {
        String name = names.get(from);
        Stream.of("a", "b", "x").forEach(c -> names.add(name + c));
      }
    }
    names.removeFirst();
    int found = 0;
    for (int i = 0; i < 400; i++) {
      List<NamePattern> all = random(random, 1 + random.nextInt(2));
      List<NamePattern> none = random(random, random.nextInt(3));
      Optional<String> name = NameSearch.find(all, none);
      name.ifPresent(n -> assertTrue(fits(n, all, none), () -> n + " " + all + none));
      boolean any = names.stream().anyMatch(n -> fits(n, all, none));
      found += any ? 1 : 0;
      assertTrue(!any || name.isPresent(), () -> all + " without " + none);
    }
    int count = found;
    assertTrue(found > 50 && found < 390, () -> count + " of 400");
  }

  private static boolean fits(String name, List<NamePattern> all, List<NamePattern> none) {
    return all.stream().allMatch(p -> p.matches(name))
        && none.stream().noneMatch(p -> p.matches(name));
  }

  private static List<NamePattern> random(Random random, int count) {
    return Stream.generate(() -> random(random)).limit(count).toList();
  }

  private static NamePattern random(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(4); i >= 0; i--) {
      text.append("ab**".charAt(random.nextInt(4)));
    }
    return new NamePattern(text.toString());
  }
}
