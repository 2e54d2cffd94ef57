package io.ringfence.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Address and port sets against bit sets, on small universes that include every edge. */
class SetsTest {
  private static final long SEED = 20260101;
  private static final int ROUNDS = 2000;

  /** Sixteen addresses at the ends and the middle of both families. */
  private static final List<Address> UNIVERSE = universe();

  private static List<Address> universe() {
    List<Address> out = new ArrayList<>();
    for (Family family : Family.values()) {
      Address first = Address.first(family);
      Address last = Address.last(family);
      out.addAll(List.of(first, first.next(), first.next().next()));
      out.addAll(List.of(last.previous().previous(), last.previous(), last));
    }
    Address middle = Address.ipv6(7, -1);
    out.addAll(List.of(middle.previous(), middle, middle.next(), middle.next().next()));
    return out.stream().sorted().toList();
  }

  @Test
  void addressSetsAgreeWithBitSets() {
    Random random = new Random(SEED);
    for (int round = 0; round < ROUNDS; round++) {
      BitSet a = bits(random);
      BitSet b = bits(random);
      AddressSet setA = set(a);
      AddressSet setB = set(b);
      assertEquals(combined(a, b, BitSet::or), members(setA.union(setB)), "seed " + SEED);
      assertEquals(combined(a, b, BitSet::and), members(setA.intersect(setB)));
      assertEquals(combined(a, b, BitSet::andNot), members(setA.minus(setB)));
      assertEquals(a.intersects(b), setA.overlaps(setB));
      assertEquals(combined(b, a, BitSet::andNot).isEmpty(), setA.containsAll(setB));
      assertEquals(setA, setA.complement().complement());
      assertEquals(setA.minus(setB), setA.intersect(setB.complement()), "equal sets are equal");
      assertEquals(setA, setA.intersect(AddressSet.ALL));
      for (Family family : Family.values()) {
        AddressSet both = setA.ofFamily(family).intersect(setB.ofFamily(family));
        assertEquals(!both.isEmpty(), setA.overlaps(setB, family));
        assertEquals(!setA.ofFamily(family).isEmpty(), setA.hasAny(family));
      }
    }
  }

  @Test
  void theOrderOfAddressesDoesNotMatter() {
    Random random = new Random(SEED);
    for (int round = 0; round < ROUNDS; round++) {
      BitSet bits = bits(random);
      List<Address> mixed = new ArrayList<>(bits.stream().mapToObj(UNIVERSE::get).toList());
      Collections.shuffle(mixed, random);
      assertEquals(set(bits), AddressSet.ofAddresses(mixed), () -> "seed " + SEED + " " + mixed);
    }
    for (Address address : UNIVERSE) {
      for (Address other : UNIVERSE) {
        boolean last = address.equals(Address.last(address.family()));
        assertEquals(!last && address.next().equals(other), address.precedes(other));
      }
    }
  }

  @Test
  void portSetsOverlapWhereFamiliesCarryBoth() {
    List<String> some =
        List.of("tcp", "1-9/tcp", "9/tcp", "10/tcp", "1-9/udp", "icmp", "icmp/echo-request");
    List<PortSet> sets = new ArrayList<>(some.stream().map(PortSet::parse).toList());
    sets.addAll(List.of(PortSet.ALL, PortSet.EMPTY));
    sets.addAll(sets.stream().map(p -> p.ofFamily(Family.IPV4)).toList());
    for (PortSet a : sets) {
      for (PortSet b : sets) {
        for (Family family : Family.values()) {
          PortSet both = a.intersect(b).ofFamily(family);
          assertEquals(!both.isEmpty(), a.overlaps(b, family), () -> a + " " + b + family);
        }
        assertEquals(a.intersect(b), a.minus(a.minus(b)));
      }
    }
  }

  private static BitSet bits(Random random) {
    BitSet out = new BitSet();
    UNIVERSE.forEach(a -> out.set(UNIVERSE.indexOf(a), random.nextBoolean()));
    return out;
  }

  private static AddressSet set(BitSet bits) {
    return AddressSet.ofAddresses(bits.stream().mapToObj(UNIVERSE::get).toList());
  }

  private static BitSet members(AddressSet set) {
    BitSet out = new BitSet();
    UNIVERSE.forEach(a -> out.set(UNIVERSE.indexOf(a), set.contains(a)));
    return out;
  }

  private static BitSet combined(
      BitSet a, BitSet b, java.util.function.BiConsumer<BitSet, BitSet> operation) {
    BitSet out = (BitSet) a.clone();
    operation.accept(out, b);
    return out;
  }

  @Test
  void aRangeIsItsPrefixes() {
    Random random = new Random(SEED);
    for (int round = 0; round < ROUNDS; round++) {
      int from = random.nextInt(200);
      int to = from + random.nextInt(100);
      IntFunction<Address> at = i -> Address.ipv6(i < 100 ? 5 : 6, i - 100L);
      AddressRange range = new AddressRange(at.apply(from), at.apply(to));
      AddressSet whole = AddressSet.ofPrefixes(range.prefixes());
      assertEquals(new AddressSet(List.of(range)), whole, "seed " + SEED);
    }
    assertEquals(1, AddressSet.ALL.ranges().getFirst().prefixes().size());
  }

  @ParameterizedTest
  @CsvSource({
    "443/tcp, 443/tcp",
    "1-65535/udp, 1-65535/udp",
    "8000-8010/sctp, 8000-8010/sctp",
    "tcp, tcp",
    "sctp, sctp",
    "icmp/echo-request, 'icmp/echo-request, icmpv6/echo-request'",
    "icmp/timestamp-request, icmp/timestamp-request",
    "icmp, 'icmp, icmpv6'",
  })
  void ports(String text, String meant) {
    assertEquals(meant, PortSet.parse(text).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0/tcp", "65536/tcp", "99999/udp", "10-5/tcp", "443", "443/", "/tcp", "443/http",
        "-1/tcp", "1-/tcp", "443/icmp", "icmp/8", "icmp/echo-reply", "gre", "443/TCP", "4 43/tcp"
      })
  void impossiblePorts(String text) {
    assertThrows(IllegalArgumentException.class, () -> PortSet.parse(text));
  }

  @Test
  void portSetsMergeWithinAProtocolOnly() {
    PortSet merged = PortSet.parse("1-5/tcp").union(PortSet.parse("6-9/tcp"));
    assertEquals(PortSet.parse("1-9/tcp"), merged);
    assertEquals(2, PortSet.parse("1-5/tcp").union(PortSet.parse("6-9/udp")).ranges().size());
    assertEquals(
        PortSet.parse("5-6/tcp"), PortSet.parse("1-6/tcp").intersect(PortSet.parse("5-9/tcp")));
  }

  @Test
  void eachIcmpBelongsToItsFamily() {
    PortSet echo = PortSet.parse("icmp/echo-request");
    assertEquals("icmp/echo-request", echo.ofFamily(Family.IPV4).toString());
    assertEquals("icmpv6/echo-request", echo.ofFamily(Family.IPV6).toString());
  }

  @ParameterizedTest
  @CsvSource({
    "acme-*, acme-docs, true",
    "acme-*, acme-, true",
    "acme-*, acme, false",
    "acme-*, xacme-docs, false",
    "*, anything, true",
    "a*b*c, axxbyyc, true",
    "a*b*c, axxbyy, false",
    "docs, docs, true",
    "docs, docs2, false",
    "a.c, abc, false",
    "*a*a*a*a*a*b, aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, false",
  })
  void namePatterns(String pattern, String name, boolean matches) {
    assertEquals(matches, new NamePattern(pattern).matches(name));
  }
}
