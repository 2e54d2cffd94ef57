package io.ringfence.verifier.reach;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.decision.Authorizer;
import io.ringfence.model.AccessRule;
import io.ringfence.model.Address;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Flow;
import io.ringfence.model.Place;
import io.ringfence.model.PortRange;
import io.ringfence.model.Protocol;
import io.ringfence.model.Workload;
import io.ringfence.model.testing.BlueprintGenerator;
import io.ringfence.model.testing.Feature;
import io.ringfence.verifier.subject.Subject;
import io.ringfence.verifier.subject.Variants;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The spread of a compromise against trying every flow between workloads, hop after hop. */
class BlastRadiusTest {
  private static final long SEED = 5L;
  private static final int BLUEPRINTS = 60;

  private int reached;

  @Test
  void theSpreadIsThatOfTheReference() {
    BlueprintGenerator generator = new BlueprintGenerator(SEED).without(Feature.GUARDRAILS);
    for (int i = 0; i < BLUEPRINTS; i++) {
      Subject subject = new Subject(new Directory(generator.next()));
      CompromiseSpread spread = new CompromiseSpread(subject);
      Naive naive = new Naive(subject);
      for (String start : subject.blueprint().workloads().keySet()) {
        BlastRadius radius = spread.from(new Place.OfWorkload(start));
        Set<String> expected = naive.reach(start);
        assertEquals(expected, new TreeSet<>(radius.workloads()), subject.blueprint().name());
        reached += expected.size();
        radius.hops().forEach(h -> assertPermitted(subject, h.flow()));
        radius.destinations().forEach(d -> assertPermitted(subject, d.flow()));
        radius.gateways().forEach(g -> assertPermitted(subject, g.flow()));
      }
    }
    System.out.println("workloads compromised: " + reached + ", seed " + SEED);
    assertTrue(reached > 200);
  }

  private static void assertPermitted(Subject subject, Flow flow) {
    assertTrue(subject.authorizer().decide(flow).permitted(), flow::toString);
  }

  /** Tries every flow between any two workloads. */
  private static final class Naive {
    private final Blueprint blueprint;
    private final Directory directory;
    private final Authorizer direct;
    private final Authorizer all;
    private final List<PortRange> ports = new ArrayList<>();

    Naive(Subject subject) {
      this.blueprint = subject.blueprint();
      this.directory = subject.directory();
      List<String> names =
          blueprint.rules().stream()
              .filter(r -> r.through().isEmpty())
              .map(AccessRule::name)
              .toList();
      this.direct = new Authorizer(new Directory(Variants.only(blueprint, names)));
      this.all = subject.authorizer();
      for (AccessRule rule : blueprint.rules()) {
        rule.to().stream()
            .filter(e -> e.ports() instanceof Endpoint.Ports.Explicit)
            .forEach(e -> ports.addAll(((Endpoint.Ports.Explicit) e.ports()).ports().ranges()));
      }
      blueprint.workloads().values().stream()
          .flatMap(w -> w.services().values().stream())
          .forEach(s -> ports.addAll(s.ports().ranges()));
    }

    Set<String> reach(String start) {
      Set<String> out = new TreeSet<>(Set.of(start));
      Deque<String> queue = new ArrayDeque<>(out);
      while (!queue.isEmpty()) {
        Workload from = blueprint.workloads().get(queue.remove());
        for (Workload to : blueprint.workloads().values()) {
          if (!out.contains(to.name()) && spreads(from, to)) {
            out.add(to.name());
            queue.add(to.name());
          }
        }
      }
      out.remove(start);
      return out;
    }

    private boolean spreads(Workload from, Workload to) {
      for (var a : directory.addresses(from).ranges()) {
        for (var b : directory.addresses(to).ranges()) {
          for (Address source = a.first(); ; source = source.next()) {
            for (Address goal = b.first(); ; goal = goal.next()) {
              if (source.family() == goal.family() && spreads(from, source, goal)) {
                return true;
              }
              if (goal.equals(b.last())) {
                break;
              }
            }
            if (source.equals(a.last())) {
              break;
            }
          }
        }
      }
      return false;
    }

    private boolean spreads(Workload from, Address source, Address goal) {
      for (PortRange range : ports) {
        Protocol protocol = range.protocol();
        if (protocol.belongsTo(source.family())) {
          Flow flow = new Flow(source, goal, protocol, range.first());
          if (direct.decide(flow).permitted() || onFromGateway(from, flow)) {
            return true;
          }
        }
      }
      return false;
    }

    /** A compromised gateway sends what it may send on. */
    private boolean onFromGateway(Workload from, Flow flow) {
      return blueprint.gateways().containsKey(from.name())
          && blueprint.access().stream()
              .filter(r -> r.through().equals(Optional.of(from.name())))
              .filter(
                  r ->
                      r.to().stream()
                          .flatMap(e -> directory.workloads(e.place()).stream())
                          .anyMatch(w -> directory.addresses(w).contains(flow.destination())))
              .anyMatch(
                  r ->
                      new Authorizer(new Directory(Variants.only(blueprint, List.of(r.name()))))
                          .decide(flow)
                          .permitted())
          && all.decide(flow).permitted();
    }
  }
}
