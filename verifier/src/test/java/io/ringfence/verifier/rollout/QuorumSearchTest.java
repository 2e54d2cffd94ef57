package io.ringfence.verifier.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.verifier.rollout.QuorumSearch.Link;
import io.ringfence.verifier.rollout.QuorumSearch.Up;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QuorumSearchTest {
  private static final long SEED = 7L;
  private static final int CASES = 4_000;

  /** Every state and every set of members, one after the other: slow, and plainly right. */
  private static boolean holds(int members, List<Link> links, int state) {
    for (int group = 0; group < 1 << members; group++) {
      if (Integer.bitCount(group) == QuorumSearch.majority(members)
          && connected(group, members, links, state)) {
        return true;
      }
    }
    return members == 0;
  }

  private static boolean connected(int group, int members, List<Link> links, int state) {
    for (int a = 0; a < members; a++) {
      for (int b = a + 1; b < members; b++) {
        boolean both = (group >> a & 1) == 1 && (group >> b & 1) == 1;
        if (both && !up(a, b, links, state)) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean up(int a, int b, List<Link> links, int state) {
    for (Link link : links) {
      if (link.a() == a && link.b() == b) {
        long way = link.way().isEmpty() ? 0 : link.way().toLongArray()[0];
        return switch (link.up()) {
          case ALWAYS -> true;
          case WHILE_OLD -> (way & state) == 0;
          case ONCE_NEW -> (way & ~state) == 0;
          case NEVER -> false;
        };
      }
    }
    return false;
  }

  @Test
  void findsABreakingStateExactlyWhereThereIsOne() {
    Random random = new Random(SEED);
    int broken = 0;
    int safeThoughChanging = 0;
    for (int i = 0; i < CASES; i++) {
      int members = 1 + random.nextInt(5);
      int routers = random.nextInt(3);
      int machines = members + routers;
      List<Link> links = new ArrayList<>();
      boolean changing = false;
      for (int a = 0; a < members; a++) {
        for (int b = a + 1; b < members; b++) {
          Up up = Up.values()[Math.min(3, random.nextInt(9) / 2)];
          if (random.nextInt(3) == 0) {
            up = Up.ALWAYS;
          }
          changing |= up == Up.WHILE_OLD || up == Up.ONCE_NEW;
          links.add(new Link(a, b, up, way(a, b, members, routers, random)));
        }
      }
      QuorumSearch search = new QuorumSearch(members, machines, links);
      boolean bad = false;
      for (int state = 0; state < 1 << machines; state++) {
        boolean holds = holds(members, links, state);
        bad |= !holds;
        assertEquals(holds, search.holds(BitSet.valueOf(new long[] {state})), "seed " + SEED);
      }
      Optional<BitSet> found = search.breaking();
      assertEquals(bad, found.isPresent(), "case " + i + " of seed " + SEED);
      found.ifPresent(s -> assertFalse(search.holds(s)));
      broken += bad ? 1 : 0;
      safeThoughChanging += !bad && changing ? 1 : 0;
    }
    assertTrue(
        broken > CASES / 10 && safeThoughChanging > CASES / 20, broken + ", " + safeThoughChanging);
  }

  private static BitSet way(int a, int b, int members, int routers, Random random) {
    BitSet out = new BitSet();
    out.set(a);
    out.set(b);
    for (int r = 0; r < routers; r++) {
      out.set(members + r, random.nextBoolean());
    }
    return out;
  }

  @Test
  void aMajorityIsMoreThanHalf() {
    assertEquals(1, QuorumSearch.majority(1));
    assertEquals(2, QuorumSearch.majority(2));
    assertEquals(2, QuorumSearch.majority(3));
    assertEquals(3, QuorumSearch.majority(4));
  }

  @Test
  void theMostMembersAreExaminedAndOneMoreIsNot() {
    int most = QuorumSearch.MEMBERS_MAX;
    List<Link> links = new ArrayList<>();
    for (int a = 0; a < most; a++) {
      for (int b = a + 1; b < most; b++) {
        BitSet way = new BitSet();
        way.set(a);
        way.set(b);
        links.add(new Link(a, b, a == 0 ? Up.WHILE_OLD : Up.ALWAYS, way));
      }
    }
    assertEquals(Optional.empty(), new QuorumSearch(most, most, links).breaking());
    assertThrows(
        QuorumSearch.TooManyStatesException.class,
        () -> new QuorumSearch(most + 1, most + 1, links));
  }

  @Test
  void aSearchThatTakesTooLongSaysSo() {
    Random random = new Random(SEED);
    int members = 60;
    List<Link> links = new ArrayList<>();
    for (int a = 0; a < members; a++) {
      for (int b = a + 1; b < members; b++) {
        BitSet way = new BitSet();
        way.set(a);
        way.set(b);
        links.add(new Link(a, b, random.nextInt(20) > 0 ? Up.ALWAYS : Up.WHILE_OLD, way));
      }
    }
    QuorumSearch search = new QuorumSearch(members, members, links);
    assertThrows(QuorumSearch.TooManyStatesException.class, search::breaking);
  }
}
