package io.ringfence.targets.nftables;

import io.ringfence.model.Address;
import io.ringfence.model.Prefix;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Parts what is permitted with prefixes into levels, each looked up once: by the block of addresses
 * of the level's length, the other end and what is asked there, to a list of the prefixes in that
 * block.
 *
 * <p>So what a packet costs does not grow with how many lengths are in use, but with how many
 * prefixes of one block one end has to do with; where these are too many, the longer ones have a
 * level of their own.
 */
final class PrefixLevels {
  /** The most prefixes of one list, but for what has the same prefix. */
  static final int LIST_MAX = 8;

  private PrefixLevels() {}

  /** What is permitted between a prefix and a single end. */
  record Net(Prefix prefix, ClassedEnds.Key key, PortTable table) {
    Address block(int length) {
      return Prefix.around(prefix.network(), length).network();
    }
  }

  /** Prefixes of at least a length, and the length of the blocks they are looked up by. */
  record Level(int length, List<Net> nets) {}

  /** The lists of one level that a packet can meet. */
  private record Place(Address block, ClassedEnds.Key key) {}

  /** The longest first, so that of one end and protocol longer prefixes come before shorter. */
  static List<Level> of(List<Net> nets) {
    List<Level> out = new ArrayList<>();
    List<Net> rest = nets;
    while (!rest.isEmpty()) {
      int length = rest.stream().mapToInt(n -> n.prefix().length()).min().orElseThrow();
      List<Net> longer = longer(rest, length);
      out.addFirst(new Level(length, without(rest, longer)));
      rest = longer;
    }
    return out;
  }

  private static List<Net> without(List<Net> nets, List<Net> some) {
    if (some.isEmpty()) {
      return nets;
    }
    Set<Net> gone = Collections.newSetFromMap(new IdentityHashMap<>());
    gone.addAll(some);
    return nets.stream().filter(n -> !gone.contains(n)).toList();
  }

  /** Of the lists that are too long, all from the length up to which none is. */
  private static List<Net> longer(List<Net> nets, int length) {
    Map<Place, List<Net>> lists =
        nets.stream()
            .collect(
                Collectors.groupingBy(
                    n -> new Place(n.block(length), n.key()), HashMap::new, Collectors.toList()));
    List<List<Net>> tooLong = lists.values().stream().filter(l -> l.size() > LIST_MAX).toList();
    if (tooLong.isEmpty()) {
      return List.of();
    }
    int next = next(tooLong, length);
    return tooLong.stream().flatMap(List::stream).filter(n -> n.prefix().length() >= next).toList();
  }

  /** The longest length in use of which no list keeps too many shorter ones; or the next one. */
  private static int next(List<List<Net>> lists, int length) {
    TreeSet<Integer> lengths = new TreeSet<>();
    lists.forEach(l -> l.forEach(n -> lengths.add(n.prefix().length())));
    int next = lengths.higher(length);
    for (int candidate : lengths.tailSet(next)) {
      if (lists.stream().anyMatch(l -> shorter(l, candidate) > LIST_MAX)) {
        break;
      }
      next = candidate;
    }
    return next;
  }

  private static long shorter(List<Net> list, int length) {
    return list.stream().filter(n -> n.prefix().length() < length).count();
  }
}
