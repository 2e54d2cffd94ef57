package io.ringfence.verifier.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
  private static final Optional<String> EMPTY = Optional.empty();

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

  private static NameSet set(String all, String... none) {
    return new NameSet(patterns(all), patterns(none), Optional.empty());
  }

  @Test
  void setsTogetherHoldWhatNoneOfThemHolds() {
    NameSet all = set("acme-*");
    NameSet most = set("acme-*", "acme-a*");
    assertTrue(all.within(List.of(most, set("*-a*"))));
    assertFalse(all.within(List.of(most)));
    assertFalse(all.within(List.of(most, set("acme-a*", "acme-ab*"))));
    assertTrue(all.within(List.of(most, set("acme-a*", "acme-ab*"), set("acme-ab*"))));
    NameSet rows = new NameSet(patterns("acme-a*"), List.of(), Optional.of("tenant"));
    assertFalse(all.within(List.of(most, rows)));
    assertTrue(
        new NameSet(patterns("acme-*"), List.of(), Optional.of("tenant"))
            .within(List.of(most, rows)));
  }

  /** Sets of names that short ones tell apart. */
  @Test
  void setsAreWithinOthersWheneverEveryNameIs() {
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
    int within = 0;
    int together = 0;
    for (int i = 0; i < 600; i++) {
      NameSet set = new NameSet(random(random, 1), random(random, random.nextInt(2)), EMPTY);
      List<NameSet> others =
          Stream.generate(
                  () -> new NameSet(random(random, 1), random(random, random.nextInt(2)), EMPTY))
              .limit(1 + random.nextInt(3))
              .toList();
      boolean all =
          names.stream()
              .filter(set::contains)
              .allMatch(n -> others.stream().anyMatch(o -> o.contains(n)));
      assertEquals(all, set.within(others), () -> set.text() + set.none() + " in " + others);
      within += all ? 1 : 0;
      together += all && others.stream().noneMatch(o -> set.within(List.of(o))) ? 1 : 0;
    }
    assertTrue(within > 100 && within < 500 && together >= 3, within + ", " + together);
  }

  /** What takes too long to tell counts as not within. */
  @Test
  void manySetsOfManyStarsAreNotComparedForLong() {
    NameSet all = set("*a*b*c*d*");
    List<NameSet> others = new ArrayList<>();
    for (String more : List.of("e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p")) {
      others.add(set("*a*" + more + "*b*c*" + more + "*d*" + more + "*"));
    }
    assertFalse(all.within(others));
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
