package io.ringfence.verifier.reach;

import io.ringfence.model.Address;
import io.ringfence.model.AddressRange;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Family;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The partition of all addresses into classes that no given set tells apart; each class is of one
 * family.
 *
 * <p>INVARIANT (uniform): every given set holds all of a class or none of it.
 */
public final class AddressClasses {
  private final Map<AddressSet, Integer> numbers = new HashMap<>();
  private final List<Address> starts = new ArrayList<>();
  private final List<Integer> classAt = new ArrayList<>();
  private final List<Family> families = new ArrayList<>();
  private final List<BitSet> memberships = new ArrayList<>();

  public AddressClasses(Collection<AddressSet> sets) {
    List<Boundary> boundaries = new ArrayList<>();
    for (AddressSet set : sets) {
      int number = numbers.size();
      if (numbers.putIfAbsent(set, number) == null) {
        set.ranges().forEach(r -> addBoundaries(r, number, boundaries));
      }
    }
    sweep(boundaries);
  }

  /** Where one set starts or stops. */
  private record Boundary(Address at, int set) {}

  private static void addBoundaries(AddressRange range, int set, List<Boundary> out) {
    out.add(new Boundary(range.first(), set));
    if (!range.last().equals(Address.last(range.family()))) {
      out.add(new Boundary(range.last().next(), set));
    } else if (range.family() == Family.IPV4) {
      out.add(new Boundary(Address.first(Family.IPV6), set));
    }
  }

  /** Ranges of a set are disjoint, so each of its boundaries turns its membership around. */
  private void sweep(List<Boundary> boundaries) {
    boundaries.sort((a, b) -> a.at().compareTo(b.at()));
    Map<List<Object>, Integer> known = new HashMap<>();
    BitSet members = new BitSet();
    int next = 0;
    for (Family family : Family.values()) {
      Address at = Address.first(family);
      while (at != null) {
        while (next < boundaries.size() && boundaries.get(next).at().equals(at)) {
          members.flip(boundaries.get(next++).set());
        }
        starts.add(at);
        classAt.add(intern(family, members, known));
        boolean more = next < boundaries.size() && boundaries.get(next).at().family() == family;
        at = more ? boundaries.get(next).at() : null;
      }
    }
  }

  private int intern(Family family, BitSet members, Map<List<Object>, Integer> known) {
    Integer found = known.get(List.<Object>of(family, members));
    if (found != null) {
      return found;
    }
    BitSet own = (BitSet) members.clone();
    int number = memberships.size();
    known.put(List.of(family, own), number);
    families.add(family);
    memberships.add(own);
    return number;
  }

  /** How many classes there are, numbered from 0. */
  public int size() {
    return memberships.size();
  }

  public Family family(int number) {
    return families.get(number);
  }

  /** The class of an address. */
  public int classOf(Address address) {
    return classAt.get(intervalOf(address));
  }

  /** The classes that have addresses in the set. */
  public BitSet classes(AddressSet set) {
    BitSet out = new BitSet();
    for (AddressRange range : set.ranges()) {
      for (int i = intervalOf(range.first()); i <= intervalOf(range.last()); i++) {
        out.set(classAt.get(i));
      }
    }
    return out;
  }

  /** The number of one of the given sets. */
  public int numberOf(AddressSet set) {
    return numbers.get(set);
  }

  /** The numbers of the given sets that hold a class. */
  public BitSet holders(int number) {
    return memberships.get(number);
  }

  private int intervalOf(Address address) {
    int low = 0;
    int high = starts.size() - 1;
    while (low < high) {
      int middle = low + high + 1 >>> 1;
      if (starts.get(middle).compareTo(address) <= 0) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }
}
