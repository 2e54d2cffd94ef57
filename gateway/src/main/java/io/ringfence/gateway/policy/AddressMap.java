package io.ringfence.gateway.policy;

import io.ringfence.model.Address;
import io.ringfence.model.AddressRange;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Family;
import io.ringfence.model.Segment;
import io.ringfence.model.Workload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Every address by what decisions need to know of it. The addresses fall into intervals within
 * which no set that matters begins or ends.
 */
final class AddressMap {
  private final Directory directory;
  private final Memberships memberships;
  private final List<AddressSet> sets;
  private final Address[] starts;
  private final Spot[] spots;
  private final Map<Address, Spot> claimed = new HashMap<>();
  private final Map<Signature, Area> areas = new HashMap<>();
  private final List<List<Area>> areasOfSet = new ArrayList<>();

  private record Signature(
      Family family, List<Integer> sets, boolean identified, List<String> tenants) {}

  /**
   * @param sets what must be told apart; sets are known by their index
   */
  AddressMap(Directory directory, Memberships memberships, List<AddressSet> sets) {
    this.directory = directory;
    this.memberships = memberships;
    this.sets = sets;
    this.starts = starts();
    this.spots = new Spot[starts.length];
    sets.forEach(s -> areasOfSet.add(new ArrayList<>()));
    fill();
  }

  private Address[] starts() {
    TreeSet<Address> out = new TreeSet<>();
    for (Family family : Family.values()) {
      out.add(Address.first(family));
    }
    Blueprint blueprint = directory.blueprint();
    sets.forEach(s -> addEdges(s, out));
    blueprint.segments().values().forEach(s -> addEdges(s.addresses(), out));
    for (Workload workload : blueprint.workloads().values()) {
      for (AddressRange range : directory.addresses(workload).ranges()) {
        for (Address a = range.first(); range.contains(a); a = a.next()) {
          addEdges(AddressSet.of(a), out);
        }
      }
    }
    return out.toArray(Address[]::new);
  }

  private static void addEdges(AddressSet set, TreeSet<Address> out) {
    for (AddressRange range : set.ranges()) {
      out.add(range.first());
      if (!range.last().equals(Address.last(range.family()))) {
        out.add(range.last().next());
      }
    }
  }

  private void fill() {
    List<List<Integer>> within = new ArrayList<>();
    IntStream.range(0, starts.length).forEach(i -> within.add(new ArrayList<>()));
    for (int set = 0; set < sets.size(); set++) {
      for (AddressRange range : sets.get(set).ranges()) {
        for (int i = interval(range.first()); i <= interval(range.last()); i++) {
          within.get(i).add(set);
        }
      }
    }
    String[] segments = segments();
    for (int i = 0; i < starts.length; i++) {
      spots[i] = spot(starts[i], within.get(i), Optional.ofNullable(segments[i]));
      if (directory.workloadAt(starts[i]).isPresent()) {
        claimed.put(starts[i], spots[i]);
      }
    }
  }

  private String[] segments() {
    String[] out = new String[starts.length];
    for (Segment segment : directory.blueprint().segments().values()) {
      for (AddressRange range : segment.addresses().ranges()) {
        for (int i = interval(range.first()); i <= interval(range.last()); i++) {
          out[i] = out[i] == null ? segment.name() : out[i];
        }
      }
    }
    return out;
  }

  private Spot spot(Address address, List<Integer> within, Optional<String> segment) {
    Optional<String> identity = directory.workloadAt(address).flatMap(Workload::identity);
    Signature signature =
        new Signature(address.family(), within, identity.isPresent(), memberships.of(identity));
    return new Spot(areas.computeIfAbsent(signature, this::area), identity, segment);
  }

  private Area area(Signature signature) {
    int[] numbers = signature.sets.stream().mapToInt(Integer::intValue).toArray();
    Area out =
        new Area(areas.size(), signature.family, numbers, signature.identified, signature.tenants);
    Arrays.stream(numbers).forEach(n -> areasOfSet.get(n).add(out));
    return out;
  }

  /** The areas that make up a set, by its number. */
  List<Area> areasOf(int set) {
    return areasOfSet.get(set);
  }

  Spot at(Address address) {
    Spot here = claimed.get(address);
    return here != null ? here : spots[interval(address)];
  }

  /** The interval that an address lies in. */
  private int interval(Address address) {
    int low = 0;
    int high = starts.length - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (compare(starts[middle], address) <= 0) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** As {@link Address#compareTo}, without a chain of comparators in the way of every decision. */
  private static int compare(Address a, Address b) {
    if (a.family() != b.family()) {
      return a.family().compareTo(b.family());
    }
    int byHigh = Long.compareUnsigned(a.high(), b.high());
    return byHigh != 0 ? byHigh : Long.compareUnsigned(a.low(), b.low());
  }
}
