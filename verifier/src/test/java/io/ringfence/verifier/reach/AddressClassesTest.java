package io.ringfence.verifier.reach;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.model.Address;
import io.ringfence.model.AddressRange;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Family;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AddressClassesTest {
  private static final long SEED = 2L;
  private static final List<Address> POOL = pool();

  private static List<Address> pool() {
    List<Address> out = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      out.add(Address.ipv4(i));
      out.add(Address.ipv6(0, i));
    }
    for (Family family : Family.values()) {
      out.add(Address.last(family));
      out.add(Address.last(family).previous());
    }
    return out;
  }

  @Test
  void aClassIsWhatNoSetTellsApart() {
    Random random = new Random(SEED);
    for (int i = 0; i < 200; i++) {
      List<AddressSet> sets = new ArrayList<>();
      for (int j = random.nextInt(5); j >= 0; j--) {
        sets.add(set(random));
      }
      AddressClasses classes = new AddressClasses(sets);
      Map<List<Object>, Integer> bySignature = new HashMap<>();
      for (Address address : POOL) {
        int number = classes.classOf(address);
        List<Object> signature = new ArrayList<>(List.of(address.family()));
        sets.forEach(s -> signature.add(s.contains(address)));
        assertEquals(number, bySignature.computeIfAbsent(signature, k -> number));
        assertEquals(address.family(), classes.family(number));
        for (AddressSet set : sets) {
          assertEquals(set.contains(address), classes.holders(number).get(classes.numberOf(set)));
          assertTrue(!set.contains(address) || classes.classes(set).get(number));
        }
      }
      long distinct = bySignature.values().stream().distinct().count();
      assertEquals(bySignature.size(), distinct);
    }
  }

  private static AddressSet set(Random random) {
    List<AddressRange> ranges = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      Address a = POOL.get(random.nextInt(POOL.size()));
      Address b = POOL.get(random.nextInt(POOL.size()));
      if (a.family() == b.family()) {
        ranges.add(a.compareTo(b) <= 0 ? new AddressRange(a, b) : new AddressRange(b, a));
      }
    }
    return new AddressSet(ranges);
  }
}
