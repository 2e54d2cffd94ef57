package io.ringfence.verifier.flows;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.model.Address;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Family;
import io.ringfence.model.Flow;
import io.ringfence.model.PortRange;
import io.ringfence.model.PortSet;
import io.ringfence.model.Prefix;
import io.ringfence.model.Protocol;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FlowSetTest {
  private static final long SEED = 20_250_101L;
  private static final AddressSet ANY = AddressSet.ALL;

  private static AddressSet addresses(String... prefixes) {
    return AddressSet.ofPrefixes(List.of(prefixes).stream().map(Prefix::parse).toList());
  }

  /** A set beside its twin. */
  private record Twin(FlowSet set, Set<Flow> flows) {}

  @Test
  void whateverTheDestinationAndPortAre() {
    FlowSpace space = new FlowSpace(List.of());
    AddressSet from = AddressSet.of(Address.parse("192.0.2.1"));
    AddressSet to = AddressSet.of(Address.parse("198.51.100.1"));
    FlowSet some = space.box(from, to, PortSet.parse("22/tcp"));
    assertEquals(space.box(from, AddressSet.ALL, PortSet.parse("22/tcp")), some.toAnywhere());
    assertEquals(space.box(from, to, PortSet.parse("tcp")), some.atAnyPort());
    assertEquals(space.empty(), space.empty().toAnywhere());
    assertEquals(space.all(), space.all().atAnyPort());
    FlowSet six =
        space.box(AddressSet.of(Address.parse("2001:db8::1")), AddressSet.ALL, PortSet.ALL);
    assertEquals(six, six.toAnywhere());
  }

  @Test
  void aSetIsCopiedToAnotherSpaceOfTheSameNames() {
    FlowSpace space = new FlowSpace(NaiveFlows.NAMES);
    FlowSpace other = new FlowSpace(NaiveFlows.NAMES);
    FlowSpace nameless = new FlowSpace(List.of());
    NaiveFlows naive = new NaiveFlows(SEED);
    for (int i = 0; i < 20; i++) {
      NaiveFlows.Box box = naive.box();
      NaiveFlows.Box more = naive.box();
      FlowSet set = box.set(space).minus(more.set(space));
      FlowSet same = box.set(other).minus(more.set(other));
      assertEquals(same, other.copy(set));
      assertThrows(IllegalArgumentException.class, () -> nameless.copy(set));
    }
    assertEquals(other.empty(), other.copy(space.empty()));
    assertEquals(other.all(), other.copy(space.all()));
  }

  @Test
  void everyOperationAgreesWithTheNaiveSets() {
    System.out.println("flow sets against naive sets: seed " + SEED);
    NaiveFlows naive = new NaiveFlows(SEED);
    Random random = new Random(SEED);
    FlowSpace space = new FlowSpace(NaiveFlows.NAMES);
    List<Twin> twins = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      NaiveFlows.Box box = naive.box();
      twins.add(new Twin(box.set(space), box.flows(naive.universe())));
    }
    for (int i = 0; i < 240; i++) {
      Twin a = twins.get(random.nextInt(twins.size()));
      Twin b = twins.get(random.nextInt(twins.size()));
      twins.add(combine(a, b, random.nextInt(3)));
    }
    twins.forEach(t -> assertSame(naive.universe(), t));
  }

  private static Twin combine(Twin a, Twin b, int operation) {
    Set<Flow> flows = new HashSet<>(a.flows());
    return switch (operation) {
      case 0 -> {
        flows.addAll(b.flows());
        yield new Twin(a.set().union(b.set()), flows);
      }
      case 1 -> {
        flows.retainAll(b.flows());
        yield new Twin(a.set().intersect(b.set()), flows);
      }
      default -> {
        flows.removeAll(b.flows());
        yield new Twin(a.set().minus(b.set()), flows);
      }
    };
  }

  private static void assertSame(List<Flow> universe, Twin twin) {
    for (Flow flow : universe) {
      assertEquals(twin.flows().contains(flow), twin.set().contains(flow), flow::toString);
    }
    twin.set().witness().ifPresent(w -> assertTrue(twin.set().contains(w), w::toString));
    assertTrue(twin.set().witness().isPresent() || twin.set().isEmpty());
  }

  @Test
  void equalSetsAreEqualHoweverMade() {
    FlowSpace space = new FlowSpace(NaiveFlows.NAMES);
    NaiveFlows naive = new NaiveFlows(SEED + 1);
    for (int i = 0; i < 100; i++) {
      FlowSet a = naive.box().set(space);
      FlowSet b = naive.box().set(space);
      FlowSet notA = space.all().minus(a);
      FlowSet notB = space.all().minus(b);
      assertEquals(a.union(b), space.all().minus(notA.intersect(notB)));
      assertEquals(a.minus(b), a.intersect(notB));
      assertEquals(a, a.minus(b).union(a.intersect(b)));
      assertEquals(a.containsAll(b), a.union(b).equals(a));
      assertEquals(a.overlaps(b), !a.minus(b).equals(a));
    }
  }

  @Test
  void icmpBelongsToItsFamily() {
    FlowSpace space = new FlowSpace(List.of());
    AddressSet v4 = ANY.ofFamily(Family.IPV4);
    AddressSet v6 = ANY.ofFamily(Family.IPV6);
    PortSet icmp = PortSet.of(PortRange.all(Protocol.ICMP));
    PortSet icmpv6 = PortSet.of(PortRange.all(Protocol.ICMPV6));
    assertTrue(space.box(v6, v6, icmp).isEmpty());
    assertTrue(space.box(v4, v4, icmpv6).isEmpty());
    assertTrue(space.box(v4, v6, PortSet.ALL).isEmpty());
    assertFalse(space.box(v4, v4, icmp).isEmpty());
    assertEquals(
        space.box(v4, v4, icmp).union(space.box(v6, v6, icmpv6)),
        space.box(ANY, ANY, PortSet.parse("icmp")));
    assertEquals(space.all(), space.box(v4, v4, PortSet.ALL).union(space.box(v6, v6, PortSet.ALL)));
  }

  @Test
  void aWitnessIsTheLowestFamiliarFlow() {
    FlowSpace space = new FlowSpace(List.of("s3.example"));
    AddressSet from = addresses("10.0.0.8/29", "fd00::/64");
    AddressSet to = addresses("192.0.2.7/32", "fd01::/64");
    assertEquals(
        Optional.of(flow("10.0.0.8", "192.0.2.7", Protocol.TCP, 1)),
        space.box(from, to, PortSet.ALL).witness());
    assertEquals(
        Optional.of(flow("10.0.0.8", "192.0.2.7", Protocol.UDP, 53)),
        space.box(from, to, PortSet.parse("53/udp")).witness());
    assertEquals(
        Optional.of(flow("fd00::", "fd01::", Protocol.TCP, 1)),
        space.box(addresses("fd00::/64"), to, PortSet.ALL).witness());
    assertEquals(
        "s3.example",
        space
            .box(from, to, PortSet.ALL)
            .intersect(space.fqdn("s3.example"))
            .witness()
            .get()
            .fqdn()
            .get());
    assertEquals(Optional.empty(), space.empty().witness());
  }

  private static Flow flow(String from, String to, Protocol protocol, int port) {
    return new Flow(Address.parse(from), Address.parse(to), protocol, port);
  }

  @Test
  void sourcePortsAreAVariableOfTheirOwn() {
    FlowSpace space = new FlowSpace(List.of());
    FlowSet https = space.box(ANY, ANY, PortSet.parse("443/tcp"));
    FlowSet high = space.sourcePorts(PortSet.parse("1024-65535/tcp"));
    Flow flow = flow("10.0.0.1", "10.0.0.2", Protocol.TCP, 443);
    assertEquals(OptionalInt.of(0), https.sourcePort(flow));
    assertEquals(OptionalInt.of(1024), https.intersect(high).sourcePort(flow));
    assertEquals(OptionalInt.empty(), https.minus(https).sourcePort(flow));
    assertNotEquals(https, https.intersect(high));
    assertEquals(space.all(), space.sourcePorts(PortSet.ALL));
  }

  @Test
  void sizeCountsFlows() {
    FlowSpace space = new FlowSpace(List.of());
    FlowSet set =
        space.box(addresses("10.0.0.0/30"), addresses("10.0.1.1"), PortSet.parse("80/tcp"));
    assertEquals(4, set.size());
    FlowSet six = space.box(addresses("fd00::/126"), addresses("fd00::1"), PortSet.parse("80/tcp"));
    assertEquals(8, set.union(six).size());
    assertEquals(0, space.empty().size());
  }

  @Test
  void aSpaceGrowsUpToItsLimit() {
    AddressSet scattered =
        AddressSet.ofAddresses(new Random(SEED).ints(4_000).mapToObj(Address::ipv4).toList());
    FlowSpace roomy = new FlowSpace(List.of());
    FlowSet set = roomy.box(scattered, ANY, PortSet.ALL);
    scattered
        .ranges()
        .forEach(r -> assertTrue(set.contains(new Flow(r.first(), r.first(), Protocol.UDP, 1))));
    int needed = roomy.size();
    assertEquals(set.size(), roomy.box(scattered, ANY, PortSet.ALL).size());
    assertEquals(needed, roomy.size());
    new FlowSpace(List.of(), needed).box(scattered, ANY, PortSet.ALL);
    FlowSpace tight = new FlowSpace(List.of(), needed - 1);
    assertThrows(FlowSpaceFullException.class, () -> tight.box(scattered, ANY, PortSet.ALL));
  }

  @Test
  void strangersAreRefused() {
    FlowSpace space = new FlowSpace(List.of("a.example"));
    FlowSpace other = new FlowSpace(List.of("a.example"));
    assertThrows(IllegalArgumentException.class, () -> space.all().union(other.all()));
    assertThrows(IllegalArgumentException.class, () -> space.fqdn("b.example"));
  }
}
