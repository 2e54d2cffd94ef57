package io.ringfence.verifier.guardrails;

import io.ringfence.model.AccessRule;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Flow;
import io.ringfence.model.Isolation;
import io.ringfence.model.PortSet;
import io.ringfence.model.Segment;
import io.ringfence.verifier.projection.Permit;
import io.ringfence.verifier.subject.Check;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.PartAnalysis;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Proves that no declared link leads out of a physical segment and no rule crosses its edge. */
public final class PhysicalIsolation extends PartAnalysis<PhysicalIsolation.Side> {
  private static final String SEGMENT = "segment ";

  /** What is looked at of a segment: its links, or the rules that cross its edge. */
  record Side(Segment segment, boolean links) {}

  @Override
  protected List<Side> parts(Subject subject) {
    List<Side> out = new ArrayList<>();
    for (Segment segment : subject.blueprint().segments().values()) {
      if (segment.isolation() == Isolation.PHYSICAL) {
        out.add(new Side(segment, true));
        out.add(new Side(segment, false));
      }
    }
    return out;
  }

  @Override
  protected Function<Side, Found> look(Subject subject) {
    return side -> side.links() ? links(subject, side.segment()) : edge(subject, side.segment());
  }

  private static Found links(Subject subject, Segment segment) {
    List<Finding> out = new ArrayList<>();
    addPaths(subject, segment, out);
    return new Found(out, List.of());
  }

  private static Found edge(Subject subject, Segment segment) {
    List<Finding> out = new ArrayList<>();
    AddressSet inside = segment.addresses();
    List<Permit> touching =
        List.of(box(segment, inside, AddressSet.ALL), box(segment, AddressSet.ALL, inside));
    subject.rulesMeeting(touching).forEach(r -> addRule(subject, segment, r, out));
    return new Found(out, touching);
  }

  private static Permit box(Segment segment, AddressSet from, AddressSet to) {
    return new Permit(
        segment.name(), Permit.Leg.DIRECT, from, to, Optional.empty(), PortSet.ALL, segment.at());
  }

  private static void addPaths(Subject subject, Segment segment, List<Finding> out) {
    for (String goal : subject.topology().pathOut(segment)) {
      boolean internet = goal.equals(Blueprint.INTERNET);
      String name = internet ? goal : goal.substring(SEGMENT.length());
      AddressSet there =
          internet
              ? subject.directory().internet()
              : subject.blueprint().segments().get(name).addresses();
      String message =
          "physical segment `" + segment.name() + "` has a path to `" + name + "` over its links";
      crossing(subject, segment.addresses(), there)
          .ifPresent(
              f ->
                  out.add(
                      Finding.of(Check.PHYSICAL_PATH, segment.name(), message, segment.at(), f)));
    }
  }

  /** A flow that the path could carry, permitted or not; either way round. */
  private static Optional<Flow> crossing(Subject subject, AddressSet a, AddressSet b) {
    return subject
        .witnesses()
        .flow(subject.space().box(a, b, PortSet.ALL).union(subject.space().box(b, a, PortSet.ALL)));
  }

  private static void addRule(
      Subject subject, Segment segment, AccessRule rule, List<Finding> out) {
    AddressSet inside = segment.addresses();
    AddressSet outside = inside.complement();
    for (Permit permit : subject.permits(rule)) {
      Optional<Flow> flow =
          permit
              .between(inside, outside)
              .flatMap(subject.witnesses()::flow)
              .or(() -> permit.between(outside, inside).flatMap(subject.witnesses()::flow));
      if (flow.isPresent()) {
        String message =
            "rule `"
                + rule.name()
                + "` crosses the edge of physical segment `"
                + segment.name()
                + "`: "
                + subject.text(flow.get());
        out.add(Finding.of(Check.PHYSICAL_RULE, rule.name(), message, rule.at(), flow.get()));
        return;
      }
    }
  }
}
