package io.ringfence.verifier.reach;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.model.AddressSet;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Flow;
import io.ringfence.model.Segment;
import io.ringfence.model.testing.BlueprintGenerator;
import io.ringfence.model.testing.Feature;
import io.ringfence.model.testing.FlowGenerator;
import io.ringfence.verifier.subject.Subject;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReachabilityTest {
  private static final long SEED = 12L;
  private static final int BLUEPRINTS = 100;
  private static final int FLOWS = 100;

  private int permitted;

  /** Names are left out: an address alone does not tell which names it answers. */
  private static Subject next(BlueprintGenerator generator) {
    return new Subject(new Directory(generator.next()));
  }

  @Test
  void betweenTwoAddressesThePortsAreThoseOfTheReference() {
    BlueprintGenerator generator = new BlueprintGenerator(SEED).without(Feature.FQDN);
    for (int i = 0; i < BLUEPRINTS; i++) {
      Subject subject = next(generator);
      Reachability reachability = new Reachability(subject);
      FlowGenerator flows = new FlowGenerator(subject.blueprint(), SEED);
      for (int j = 0; j < FLOWS; j++) {
        Flow flow = flows.next();
        Reach reach =
            reachability.between(AddressSet.of(flow.source()), AddressSet.of(flow.destination()));
        boolean expected = subject.authorizer().decide(flow).permitted();
        permitted += expected ? 1 : 0;
        assertEquals(
            expected,
            reach.ports().contains(flow.protocol(), flow.port()),
            () -> subject.blueprint().name() + " " + flow);
      }
    }
    assertTrue(permitted > 500, () -> "only " + permitted);
  }

  @Test
  void theMatrixHasEveryPermittedFlowInItsCell() {
    BlueprintGenerator generator = new BlueprintGenerator(SEED);
    for (int i = 0; i < BLUEPRINTS; i++) {
      Subject subject = next(generator);
      SegmentationMatrix matrix = new SegmentationMatrix(subject);
      FlowGenerator flows = new FlowGenerator(subject.blueprint(), SEED);
      for (int j = 0; j < FLOWS; j++) {
        Flow flow = flows.next();
        if (subject.authorizer().decide(flow).permitted()) {
          Reach cell =
              matrix.cell(
                  zone(subject.directory().segmentAt(flow.source())),
                  zone(subject.directory().segmentAt(flow.destination())));
          assertTrue(cell.ports().contains(flow.protocol(), flow.port()), flow::toString);
        }
      }
      for (String from : matrix.zones()) {
        for (String to : matrix.zones()) {
          matrix
              .cell(from, to)
              .witness()
              .ifPresent(w -> assertTrue(subject.authorizer().decide(w).permitted(), w::toString));
        }
      }
    }
  }

  /** Cells are made otherwise than single questions are answered. */
  @Test
  void aCellIsWhatPassesBetweenItsZones() {
    BlueprintGenerator generator = new BlueprintGenerator(SEED);
    for (int i = 0; i < BLUEPRINTS; i++) {
      Subject subject = next(generator);
      SegmentationMatrix matrix = new SegmentationMatrix(subject);
      Reachability reachability = new Reachability(subject);
      for (Optional<Segment> from : subject.projection().zones()) {
        for (Optional<Segment> to : subject.projection().zones()) {
          AddressSet here = subject.projection().addresses(from);
          AddressSet there = subject.projection().addresses(to);
          assertEquals(
              reachability.between(here, there),
              matrix.cell(zone(from), zone(to)),
              () -> subject.blueprint().name());
        }
      }
    }
  }

  private static String zone(Optional<Segment> segment) {
    return segment.map(Segment::name).orElse(Blueprint.INTERNET);
  }
}
