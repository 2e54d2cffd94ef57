package io.ringfence.cli;

import io.ringfence.decision.Authorizer;
import io.ringfence.model.Address;
import io.ringfence.model.Directory;
import io.ringfence.model.Flow;
import io.ringfence.model.Mode;
import io.ringfence.model.Segment;
import io.ringfence.model.SourceLocation;
import io.ringfence.model.Verdict;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** What should become of a flow in a lab, from what is enforced there. */
final class LabVerdicts {
  private LabVerdicts() {}

  /** Where nothing is enforced, whatever has a way arrives. */
  static Function<Flow, Verdict> open() {
    return flow -> Verdict.permit("nothing is enforced", SourceLocation.BUILT_IN, List.of());
  }

  /** The blueprint's verdict; what it denies passes where the segments at both ends observe. */
  static Function<Flow, Verdict> enforced(Directory directory) {
    Authorizer authorizer = new Authorizer(directory);
    return flow -> {
      Verdict verdict = authorizer.decide(flow);
      return verdict.permitted()
          ? verdict
          : observed(directory, flow)
              .map(s -> Verdict.permit("observing " + s.name(), s.at(), verdict.trace()))
              .orElse(verdict);
    };
  }

  /** The segment that lets a denied flow pass: one that observes, when no other enforces. */
  private static Optional<Segment> observed(Directory directory, Flow flow) {
    List<Segment> ends =
        Stream.of(flow.source(), flow.destination())
            .map((Address a) -> directory.segmentAt(a).orElse(null))
            .filter(Objects::nonNull)
            .toList();
    return ends.stream().allMatch(s -> s.mode() == Mode.OBSERVE)
        ? ends.stream().findFirst()
        : Optional.empty();
  }
}
