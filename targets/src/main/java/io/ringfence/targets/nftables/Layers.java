package io.ringfence.targets.nftables;

import io.ringfence.model.Address;
import io.ringfence.model.AddressRange;
import io.ringfence.model.AddressSet;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Address sets laid out so that each layer is disjoint, and a set lies before all that contain it.
 * There are as many layers as sets nest deep.
 */
final class Layers {
  private static final class Layer {
    private final List<AddressSet> sets = new ArrayList<>();
    private final TreeMap<Address, Address> lastByFirst = new TreeMap<>();

    boolean overlaps(AddressSet set) {
      return set.ranges().stream().anyMatch(this::overlaps);
    }

    private boolean overlaps(AddressRange range) {
      Map.Entry<Address, Address> before = lastByFirst.floorEntry(range.last());
      return before != null && before.getValue().compareTo(range.first()) >= 0;
    }

    void add(AddressSet set) {
      sets.add(set);
      set.ranges().forEach(r -> lastByFirst.put(r.first(), r.last()));
    }
  }

  private Layers() {}

  /** The sets, all of one family, by layer. */
  static List<List<AddressSet>> of(Collection<AddressSet> sets) {
    List<Layer> layers = new ArrayList<>();
    // A set is placed after all that it contains, and beside none of them.
    for (AddressSet set : sets.stream().sorted(Comparator.comparing(Layers::size)).toList()) {
      layers.stream()
          .filter(l -> !l.overlaps(set))
          .findFirst()
          .orElseGet(() -> added(layers))
          .add(set);
    }
    return layers.stream().map(l -> List.copyOf(l.sets)).toList();
  }

  private static Layer added(List<Layer> layers) {
    Layer layer = new Layer();
    layers.add(layer);
    return layer;
  }

  private static BigInteger size(AddressSet set) {
    return set.ranges().stream()
        .map(r -> number(r.last()).subtract(number(r.first())).add(BigInteger.ONE))
        .reduce(BigInteger.ZERO, BigInteger::add);
  }

  private static BigInteger number(Address address) {
    return new BigInteger(1, address.bytes());
  }
}
