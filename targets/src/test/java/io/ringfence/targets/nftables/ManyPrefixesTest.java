package io.ringfence.targets.nftables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.model.Address;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Family;
import io.ringfence.model.Flow;
import io.ringfence.model.PortRange;
import io.ringfence.model.PortSet;
import io.ringfence.model.Prefix;
import io.ringfence.model.Protocol;
import io.ringfence.targets.nftables.read.NftablesReader;
import io.ringfence.targets.nftables.read.Reading;
import io.ringfence.targets.nftables.read.Situation;
import io.ringfence.targets.nftables.ruleset.Ruleset;
import io.ringfence.verifier.flows.FlowSpace;
import io.ringfence.verifier.projection.NetworkProjection;
import io.ringfence.verifier.projection.Permit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Prefixes of many lengths in each other, at single ports and ranges, by the hundred. */
class ManyPrefixesTest {
  private static final int RULES = 300;
  private static final int FLOWS = 150;
  private static final Pattern COUNTED = Pattern.compile("rule/(r\\d+)");

  /** One machine's policy of rules between random ends, of which many contain each other. */
  private static final class Estate {
    private final Random random;
    private final Family family;
    private final int shortest;
    private final List<String> ends = new ArrayList<>();
    private final NetworkProjection projection;

    Estate(long seed, Family family, boolean singles) {
      this.random = new Random(seed);
      this.family = family;
      this.shortest = family == Family.IPV4 ? 5 : 20;
      TestingBlueprint blueprint = new TestingBlueprint();
      blueprint.segment("b", segment()).workload("db", "b", host());
      for (int i = 1; i <= RULES; i++) {
        String end = random.nextInt(40) == 0 ? "internet" : prefix(singles).toString();
        ends.add(end);
        String ports = ports();
        if (random.nextBoolean()) {
          blueprint.permit("r" + i, end, "db", ports);
        } else {
          blueprint.permit("r" + i, "db", end, ports);
        }
      }
      this.projection = blueprint.projection();
    }

    private String segment() {
      return family == Family.IPV4 ? "10.2.0.0/24" : "2001:db8:2::/64";
    }

    private String host() {
      return family == Family.IPV4 ? "10.2.0.1" : "2001:db8:2::1";
    }

    /** Of few networks, each of a bit more of the same address. */
    private Prefix prefix(boolean singles) {
      int bits = family.bits();
      int length = shortest + random.nextInt(singles ? bits - shortest + 1 : bits - shortest);
      return Prefix.around(address(), length);
    }

    private Address address() {
      int low = random.nextInt(4) == 0 ? random.nextInt(1 << 24) : random.nextInt(4) * 0x11111;
      int which = 60 + random.nextInt(3);
      return family == Family.IPV4
          ? Address.ipv4(which << 24 | low)
          : new Address(Family.IPV6, 0x2a00_0000_0000_0000L | (long) which << 32, low);
    }

    private String ports() {
      int first = 1 + random.nextInt(60);
      return switch (random.nextInt(4)) {
        case 0 -> first + "/tcp";
        case 1 -> first + "-" + (first + 3) + "/udp";
        case 2 -> first + "-" + (first + 5 + random.nextInt(40)) + "/tcp";
        default -> first + "-" + (first + 9) + "/udp";
      };
    }

    Flow flow() {
      Address there = address();
      Address here = Address.parse(host());
      Protocol protocol = random.nextBoolean() ? Protocol.TCP : Protocol.UDP;
      int port = 1 + random.nextInt(110);
      return random.nextBoolean()
          ? new Flow(there, here, protocol, port)
          : new Flow(here, there, protocol, port);
    }

    Placement placement() {
      return TestingBlueprint.placement(projection, "db@" + host());
    }

    Optional<String> first(Flow flow) {
      return projection.permits().stream()
          .filter(p -> permits(p, flow))
          .map(Permit::rule)
          .findFirst();
    }

    private static boolean permits(Permit permit, Flow flow) {
      return permit.from().contains(flow.source())
          && permit.to().contains(flow.destination())
          && permit.ports().contains(flow.protocol(), flow.port());
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void whatIsWrittenIsWhatIsPermittedAndTheFirstRuleCountsIt(long seed) {
    Estate estate = new Estate(seed, seed % 4 == 3 ? Family.IPV6 : Family.IPV4, seed % 2 == 0);
    Ruleset ruleset =
        NftablesRenderer.render(estate.projection, estate.placement(), new Generation(1));
    ReadBack readBack = ReadBack.compare(estate.projection, estate.placement(), ruleset.json());
    assertTrue(readBack.faithful(), () -> "seed " + seed + ": " + readBack.sentences());
    FlowSpace space = FlowSpace.of(estate.projection.directory());
    Reading reading = NftablesReader.read(ruleset.json(), NftablesRenderer.TABLE, space);
    int owned = 0;
    for (int i = 0; i < FLOWS; i++) {
      Flow flow = estate.flow();
      Optional<String> first = estate.first(flow);
      assertEquals(first, owner(reading, space, flow), () -> "seed " + seed + ", " + flow);
      owned += first.isPresent() ? 1 : 0;
    }
    assertTrue(owned > FLOWS / 10, "permitted: " + owned);
  }

  private static Optional<String> owner(Reading reading, FlowSpace space, Flow flow) {
    boolean in = flow.destination().toString().matches("10\\.2\\.0\\.1|2001:db8:2::1");
    Situation first =
        Situation.first(
            in ? Situation.Hook.INPUT : Situation.Hook.OUTPUT, in ? "eth0" : "", in ? "" : "eth0");
    PortRange port = new PortRange(flow.protocol(), flow.port(), flow.port());
    return reading
        .trace(
            first,
            space.box(
                AddressSet.of(flow.source()), AddressSet.of(flow.destination()), PortSet.of(port)))
        .stream()
        .flatMap(t -> COUNTED.matcher(t).results().map(r -> r.group(1)))
        .findFirst();
  }

  // --- How they are parted ---

  @Test
  void aListThatIsTooLongIsParted() {
    for (int count : List.of(PrefixLevels.LIST_MAX, PrefixLevels.LIST_MAX + 1)) {
      List<PrefixLevels.Net> nets =
          IntStream.range(0, count).mapToObj(i -> net("60.0.0.0/" + (10 + i))).toList();
      List<PrefixLevels.Level> levels = PrefixLevels.of(nets);
      assertEquals(count > PrefixLevels.LIST_MAX ? 2 : 1, levels.size(), "" + count);
      assertEquals(10, levels.getLast().length());
      assertEquals(count, levels.stream().mapToInt(l -> l.nets().size()).sum());
    }
  }

  /** However many prefixes there are, few of which are around one place: one lookup. */
  @Test
  void prefixesApartAreOneLevel() {
    List<PrefixLevels.Net> nets =
        IntStream.range(0, 1000)
            .mapToObj(i -> net(new Prefix(Address.ipv4(i << 20), 12 + i % 20).toString()))
            .toList();
    assertEquals(1, PrefixLevels.of(nets).size());
  }

  private static PrefixLevels.Net net(String prefix) {
    PortTable table = new PortTable();
    table.add(new PortTable.Owned(80, 80, 0, "r"));
    return new PrefixLevels.Net(
        Prefix.parse(prefix), new ClassedEnds.Key(Address.parse("10.2.0.1"), Protocol.TCP), table);
  }

  /** Where nearly all is permitted with prefixes, connections are sorted by their ends first. */
  @Test
  void connectionsAreSortedWhereThereIsMuchToLookUp() {
    for (int nets : List.of(PolicyCompiler.UNSORTED_MAX, PolicyCompiler.UNSORTED_MAX + 1)) {
      TestingBlueprint blueprint =
          new TestingBlueprint().segment("b", "10.2.0.0/24").workload("db", "b", "10.2.0.1");
      for (int i = 0; i < nets; i++) {
        blueprint.permit("r" + i, "60.0." + i + ".0/24", "db", "80/tcp");
      }
      NetworkProjection projection = blueprint.projection();
      Placement at = TestingBlueprint.placement(projection, "db@10.2.0.1");
      Ruleset ruleset = NftablesRenderer.render(projection, at, new Generation(1));
      assertEquals(nets > PolicyCompiler.UNSORTED_MAX, ruleset.text().contains("outward"));
      assertTrue(ReadBack.compare(projection, at, ruleset.json()).faithful());
    }
  }

  /** A range as the language has it: prefixes that follow one another. */
  @Test
  void aRangeIsOneRuleOfItsList() {
    List<String> range = List.of("60.4.32.0/22", "60.4.36.0/23", "60.4.38.0/24");
    NetworkProjection projection =
        new TestingBlueprint()
            .segment("b", "10.2.0.0/24")
            .workload("db", "b", "10.2.0.1")
            .permit("block", "60.0.0.0/12", "db", "7000-7100/udp")
            .permit("range", range, List.of("db"), "5000-5100/tcp")
            .permit("ports", List.of("60.8.0.0/16"), List.of("db"), "6000-6100/tcp")
            .permit("next", List.of("60.9.0.0/16"), List.of("db"), "6000-6100/tcp")
            .projection();
    Placement at = TestingBlueprint.placement(projection, "db@10.2.0.1");
    Ruleset ruleset = NftablesRenderer.render(projection, at, new Generation(1));
    String text = ruleset.text();
    assertTrue(text.contains("ct original ip saddr 60.4.32.0-60.4.38.255 meta l4proto tcp"), text);
    assertFalse(text.contains("60.4.36.0"), text);
    assertFalse(text.contains("60.8.0.0/15"), "two rules, each of its own\n" + text);
    assertTrue(ReadBack.compare(projection, at, ruleset.json()).faithful());
  }
}
