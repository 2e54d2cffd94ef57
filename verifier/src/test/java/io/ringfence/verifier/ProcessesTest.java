package io.ringfence.verifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.model.Address;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Family;
import io.ringfence.model.Flow;
import io.ringfence.model.Host;
import io.ringfence.model.Place;
import io.ringfence.model.PortSet;
import io.ringfence.model.Protocol;
import io.ringfence.model.testing.BlueprintGenerator;
import io.ringfence.model.testing.Dice;
import io.ringfence.model.testing.Feature;
import io.ringfence.model.testing.FlowGenerator;
import io.ringfence.model.testing.ProcessHosts;
import io.ringfence.model.testing.SharedHost;
import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.flows.FlowSpace;
import io.ringfence.verifier.projection.NetworkProjection;
import io.ringfence.verifier.projection.Permit;
import io.ringfence.verifier.reach.BlastRadius;
import io.ringfence.verifier.reach.CompromiseSpread;
import io.ringfence.verifier.reach.Reachability;
import io.ringfence.verifier.subject.Severity;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Processes that share an address are told apart in proofs and answers. */
class ProcessesTest {
  private static final long SEED = 19L;
  private static final int BLUEPRINTS = 200;
  private static final int FLOWS = 100;

  private final Blueprint blueprint = SharedHost.blueprint();
  private final Subject subject = new Subject(new Directory(blueprint));

  private static List<Flow> flows() {
    List<Flow> out = new ArrayList<>();
    List<Address> addresses =
        List.of(
                SharedHost.ADDRESS,
                SharedHost.ADDRESS6,
                SharedHost.WEB,
                SharedHost.COLLECTOR,
                "8.8.8.8")
            .stream()
            .map(Address::parse)
            .toList();
    for (Address from : addresses) {
      for (Address to : addresses) {
        for (int port : new int[] {8080, 6333, 6334, 53, 9100, 443, 22}) {
          for (long user : new long[] {0, 991, 992, 993, -1}) {
            if (from.family() == to.family()) {
              for (Protocol protocol : List.of(Protocol.TCP, Protocol.UDP)) {
                out.add(
                    new Flow(from, to, protocol, port)
                        .by(user < 0 ? OptionalLong.empty() : OptionalLong.of(user)));
              }
            }
          }
        }
      }
    }
    return out;
  }

  @Test
  void theSetIsWhatTheMeaningSays() {
    FlowSet permitted = subject.permittedSet();
    int passed = 0;
    for (Flow flow : flows()) {
      if (!subject.hosts().outside(flow)) {
        boolean expected = subject.authorizer().decide(flow).permitted();
        assertEquals(expected, permitted.contains(flow), flow::toString);
        assertEquals(
            expected,
            subject.projection().permits().stream().anyMatch(p -> p.contains(flow)),
            flow::toString);
        passed += expected ? 1 : 0;
      }
    }
    assertTrue(passed > 10, "only " + passed + " passed");
  }

  @Test
  void whatIsOutsideTheModelIsTheSame() {
    for (Flow flow : flows()) {
      boolean outside = subject.authorizer().decide(flow).decider().equals("outside-the-model");
      assertEquals(outside, subject.hosts().outside(flow), flow::toString);
    }
  }

  /** Of generated blueprints that get a host with processes. */
  @Test
  void theExactSetIsWhatTheReferencePermits() {
    // A guardrail that is violated cuts addresses out of what is whole on one host.
    BlueprintGenerator generator = new BlueprintGenerator(SEED).without(Feature.GUARDRAILS);
    Dice dice = new Dice(SEED);
    int permitted = 0;
    for (int i = 0; i < BLUEPRINTS; i++) {
      Subject one = new Subject(new Directory(ProcessHosts.added(generator.next(), dice)));
      FlowGenerator flows = new FlowGenerator(one.blueprint(), SEED);
      List<Long> users = new ArrayList<>(List.of(0L, 1000L, 1001L));
      for (int j = 0; j < FLOWS; j++) {
        Flow flow = flows.next().by(OptionalLong.of(dice.of(users)));
        boolean expected = one.authorizer().decide(flow).permitted();
        if (!one.hosts().outside(flow)) {
          assertEquals(expected, one.permittedSet().contains(flow), flow::toString);
          permitted += expected ? 1 : 0;
        }
      }
    }
    System.out.printf(
        "processes' permitted sets against decision: %d flows, %d permitted, seed %d%n",
        BLUEPRINTS * FLOWS, permitted, SEED);
    assertTrue(permitted > 1_000);
  }

  @Test
  void elsewhereAllUsersAreOne() {
    NetworkProjection projection = subject.projection();
    Host web = projection.topology().hosts().get("collector@" + SharedHost.COLLECTOR);
    for (Permit permit : projection.into(web)) {
      assertTrue(permit.users().isAll(), permit::toString);
    }
    assertEquals(1, projection.into(web).size());
  }

  @Test
  void aWitnessSaysWhoSends() {
    FlowSpace space = subject.space();
    FlowSet set = space.of(subject.permits(blueprint.rule("push").orElseThrow()));
    assertEquals("10.0.1.5 (user 993) -> 10.0.2.9 443/tcp", set.witness().orElseThrow().toString());
    FlowSet everybody = space.of(subject.permits(blueprint.rule("front").orElseThrow()));
    assertEquals("10.0.0.2 -> 10.0.1.5 8080/tcp", everybody.witness().orElseThrow().toString());
    assertEquals(
        "agent (10.0.1.5) as user 993 -> collector (10.0.2.9) 443/tcp",
        subject.text(set.witness().orElseThrow()));
  }

  @Test
  void aCompromiseDoesNotSpreadToNeighboursByTheirAddress() {
    BlastRadius radius = new CompromiseSpread(subject).from(new Place.OfWorkload("web"));
    assertEquals(List.of("api", "db"), radius.workloads().stream().sorted().toList());
    BlastRadius db = new CompromiseSpread(subject).from(new Place.OfWorkload("db"));
    assertEquals(List.of(), db.hops());
  }

  @Test
  void reachIsBetweenProcesses() {
    Reachability reachability = new Reachability(subject);
    assertEquals(
        PortSet.parse("6333/tcp"),
        reachability.between(new Place.OfWorkload("api"), new Place.OfWorkload("db")).ports());
    assertTrue(
        reachability
            .between(new Place.OfWorkload("agent"), new Place.OfWorkload("db"))
            .ports()
            .isEmpty());
    assertEquals(
        PortSet.parse("443/tcp").ofFamily(Family.IPV4),
        reachability.between(new Place.OfWorkload("agent"), new Place.OfSegment("ops")).ports());
  }

  @Test
  void theBlueprintVerifies() {
    assertEquals(List.of(), Verification.of(subject).findings(Severity.ERROR));
  }
}
