package io.ringfence.targets.nftables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.model.AddressSet;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Flow;
import io.ringfence.model.Host;
import io.ringfence.model.PortRange;
import io.ringfence.model.PortSet;
import io.ringfence.model.testing.BlueprintGenerator;
import io.ringfence.model.testing.FlowGenerator;
import io.ringfence.targets.nftables.read.NftablesReader;
import io.ringfence.targets.nftables.read.Reading;
import io.ringfence.targets.nftables.read.Situation;
import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.flows.FlowSpace;
import io.ringfence.verifier.projection.NetworkProjection;
import io.ringfence.verifier.projection.Permit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A flow that several rules permit is counted by the first of them in the blueprint's order. */
class OwnershipTest {
  private static final int FLOWS = 400;

  /** The rulesets of the hosts at flows' destinations, read. */
  private static final class Owners {
    private final NetworkProjection projection;
    private final FlowSpace space;
    private final Map<Host, Reading> readings = new HashMap<>();

    Owners(NetworkProjection projection) {
      this.projection = projection;
      this.space = FlowSpace.of(projection.directory());
    }

    /** The rule that counts a flow; empty when it is denied or has no host at its end. */
    Optional<String> owner(Flow flow) {
      return projection
          .topology()
          .hostAt(flow.destination())
          .flatMap(
              host -> {
                Reading reading = readings.computeIfAbsent(host, this::read);
                Situation first = Situation.first(Situation.Hook.INPUT, "eth0", "");
                List<String> trace = reading.trace(first, exactly(flow));
                return trace.stream()
                    .filter(t -> t.startsWith("chain `rule/"))
                    .map(t -> t.replaceFirst("chain `rule/(.*)` rule 1: accept", "$1"))
                    .findFirst();
              });
    }

    private Reading read(Host host) {
      Placement at = new Placement.AtHost(host);
      return NftablesReader.read(
          NftablesRenderer.render(projection, at, new Generation(1)).json(),
          NftablesRenderer.TABLE,
          space);
    }

    private FlowSet exactly(Flow flow) {
      boolean ported = flow.protocol().hasPorts() || flow.protocol().isIcmp();
      PortRange port =
          ported
              ? new PortRange(flow.protocol(), flow.port(), flow.port())
              : PortRange.all(flow.protocol());
      return space.box(
          AddressSet.of(flow.source()), AddressSet.of(flow.destination()), PortSet.of(port));
    }

    /** The first rule of the blueprint that permits it, other than by name. */
    Optional<String> first(Flow flow) {
      return projection.permits().stream()
          .filter(p -> p.fqdn().isEmpty() && permits(p, flow))
          .map(Permit::rule)
          .findFirst();
    }

    private static boolean permits(Permit permit, Flow flow) {
      return permit.from().contains(flow.source())
          && permit.to().contains(flow.destination())
          && permit.ports().contains(flow.protocol(), flow.port());
    }

    boolean isOfOneHost(Flow flow) {
      Optional<Host> host = projection.topology().hostAt(flow.source());
      return host.isPresent() && host.equals(projection.topology().hostAt(flow.destination()));
    }
  }

  @Tag("slow")
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void generatedBlueprints(long seed) {
    Blueprint blueprint = new BlueprintGenerator(seed).next();
    Owners owners = new Owners(new NetworkProjection(new Directory(blueprint)));
    FlowGenerator flows = new FlowGenerator(blueprint, seed);
    int owned = 0;
    for (int i = 0; i < FLOWS; i++) {
      Flow flow = flows.next();
      boolean here = owners.projection.topology().hostAt(flow.destination()).isPresent();
      if (here && !owners.isOfOneHost(flow)) {
        assertEquals(owners.first(flow), owners.owner(flow), "seed " + seed + ", " + flow);
        owned += owners.first(flow).isPresent() ? 1 : 0;
      }
    }
    assertTrue(owned > 0, "no flow was permitted");
  }

  /** Wide before narrow, narrow before wide, ranges over single ports, groups over pairs. */
  @Test
  void everyStructure() {
    TestingBlueprint blueprint =
        new TestingBlueprint()
            .segment("a", "10.1.0.0/24")
            .segment("b", "10.2.0.0/24")
            .workload("db", "b", "10.2.0.1")
            .permit("office", "198.51.100.0/28", "db", "22/tcp", "8000-8100/tcp")
            .permit("world", "internet", "db", "443/tcp", "8050-8150/tcp")
            .permit("desk", "198.51.100.4/30", "db", "22/tcp", "443/tcp", "8000-8200/tcp")
            .permit("lan", "10.0.0.0/8", "db", "443/tcp", "8160-8170/tcp");
    for (int i = 1; i <= 80; i++) {
      blueprint.workload("w" + i, "a", "10.1.0." + i);
    }
    Owners owners =
        new Owners(
            blueprint
                .permit("early", "w1", "db", "5000-5100/tcp")
                .permit("group", "a", "db", "5050-5150/tcp", "80/tcp")
                .permit("late", "w1", "db", "5000-5200/tcp", "80/tcp")
                .projection());
    List<String> sources =
        List.of("198.51.100.1", "198.51.100.5", "198.51.100.9", "203.0.113.1", "10.9.0.1");
    for (String source :
        Stream.concat(sources.stream(), Stream.of("10.1.0.1", "10.1.0.2")).toList()) {
      for (int port : List.of(22, 80, 443, 5000, 5060, 5120, 5180, 8000, 8060, 8120, 8165, 8180)) {
        Flow flow =
            new Flow(
                io.ringfence.model.Address.parse(source),
                io.ringfence.model.Address.parse("10.2.0.1"),
                io.ringfence.model.Protocol.TCP,
                port);
        assertEquals(owners.first(flow), owners.owner(flow), flow.toString());
      }
    }
  }
}
