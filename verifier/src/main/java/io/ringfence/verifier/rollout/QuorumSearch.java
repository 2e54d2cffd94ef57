package io.ringfence.verifier.rollout;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * Searches the states of a rollout for one in which no majority of a cluster's members is mutually
 * connected. A state is the set of the machines that enforce the new generation; the others enforce
 * the old one. Since machines change in any order, every set is a state.
 *
 * <p>A link that both generations let through is up in every state. One that only the old one lets
 * through is up while no machine on its way has changed, one that only the new one does once all
 * have. So with some machines decided, the links that are up for certain, and those that may be,
 * bound every state left: what the first keep a majority with is safe, what the second cannot is
 * broken, and only what is between is searched further.
 */
final class QuorumSearch {
  /** The most members of a cluster. */
  static final int MEMBERS_MAX = 64;

  /** The most partial states and choices of members that are looked at. */
  static final int STEPS_MAX = 2_000_000;

  /** When two members reach each other. */
  enum Up {
    ALWAYS,
    WHILE_OLD,
    ONCE_NEW,
    NEVER
  }

  /**
   * Two members' link, both directions and all ports.
   *
   * @param way the machines it meets, by number
   */
  record Link(int a, int b, Up up, BitSet way) {}

  /** It takes too long to tell. */
  static final class TooManyStatesException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private final int members;
  private final int machines;
  private final List<Link> links;
  private int steps;

  QuorumSearch(int members, int machines, List<Link> links) {
    if (members > MEMBERS_MAX) {
      throw new TooManyStatesException();
    }
    this.members = members;
    this.machines = machines;
    this.links = List.copyOf(links);
  }

  /** How many members must reach each other. */
  static int majority(int members) {
    return members / 2 + 1;
  }

  /** True when a majority is connected once these machines have changed. */
  boolean holds(BitSet changed) {
    BitSet unchanged = new BitSet(machines);
    unchanged.set(0, machines);
    unchanged.andNot(changed);
    return majorityIn(links(changed, unchanged, true));
  }

  /** The machines that have changed in some state that breaks the quorum; as few as will do. */
  Optional<BitSet> breaking() {
    return breaking(new BitSet(), new BitSet(), 0).map(this::least);
  }

  private Optional<BitSet> breaking(BitSet changed, BitSet unchanged, int next) {
    if (majorityIn(links(changed, unchanged, true))) {
      return Optional.empty();
    }
    if (next == machines || !majorityIn(links(changed, unchanged, false))) {
      return Optional.of(changed);
    }
    Optional<BitSet> out = breaking(changed, with(unchanged, next), next + 1);
    return out.isPresent() ? out : breaking(with(changed, next), unchanged, next + 1);
  }

  private static BitSet with(BitSet set, int member) {
    BitSet out = (BitSet) set.clone();
    out.set(member);
    return out;
  }

  private BitSet least(BitSet changed) {
    BitSet out = (BitSet) changed.clone();
    for (int m = out.nextSetBit(0); m >= 0; m = out.nextSetBit(m + 1)) {
      out.clear(m);
      if (holds(out)) {
        out.set(m);
      }
    }
    return out;
  }

  /** Who reaches whom: for certain, or perhaps, with some machines decided. */
  private long[] links(BitSet changed, BitSet unchanged, boolean certain) {
    long[] out = new long[members];
    for (Link link : links) {
      boolean up =
          switch (link.up()) {
            case ALWAYS -> true;
            case WHILE_OLD ->
                certain ? within(link.way(), unchanged) : !link.way().intersects(changed);
            case ONCE_NEW ->
                certain ? within(link.way(), changed) : !link.way().intersects(unchanged);
            case NEVER -> false;
          };
      if (up) {
        out[link.a()] |= 1L << link.b();
        out[link.b()] |= 1L << link.a();
      }
    }
    return out;
  }

  private static boolean within(BitSet some, BitSet all) {
    BitSet rest = (BitSet) some.clone();
    rest.andNot(all);
    return rest.isEmpty();
  }

  /** True when some majority of the members are all each other's neighbours. */
  private boolean majorityIn(long[] neighbours) {
    long all = members == Long.SIZE ? -1L : (1L << members) - 1;
    return members == 0 || clique(neighbours, all, majority(members));
  }

  /** One member that is not everybody's neighbour is out, or those are that it does not reach. */
  private boolean clique(long[] neighbours, long candidates, int wanted) {
    if (++steps > STEPS_MAX) {
      throw new TooManyStatesException();
    }
    if (Long.bitCount(candidates) < wanted) {
      return false;
    }
    int loneliest = -1;
    int fewest = Long.bitCount(candidates) - 1;
    for (long rest = candidates; rest != 0; rest &= rest - 1) {
      int member = Long.numberOfTrailingZeros(rest);
      int reached = Long.bitCount(neighbours[member] & candidates);
      if (reached < fewest) {
        fewest = reached;
        loneliest = member;
      }
    }
    if (loneliest < 0) {
      return true;
    }
    long one = 1L << loneliest;
    return clique(neighbours, candidates & ~one, wanted)
        || clique(neighbours, candidates & (neighbours[loneliest] | one), wanted);
  }

  /** The members that the largest connected groups leave out: for a message. */
  List<Integer> cutOff(BitSet changed) {
    BitSet unchanged = new BitSet(machines);
    unchanged.set(0, machines);
    unchanged.andNot(changed);
    long[] up = links(changed, unchanged, true);
    int most = Arrays.stream(up).mapToInt(Long::bitCount).max().orElse(0);
    List<Integer> out = new ArrayList<>();
    for (int m = 0; m < members; m++) {
      if (Long.bitCount(up[m]) < most || Long.bitCount(up[m]) + 1 < majority(members)) {
        out.add(m);
      }
    }
    return out;
  }
}
