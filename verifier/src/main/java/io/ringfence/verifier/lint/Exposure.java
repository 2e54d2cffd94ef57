package io.ringfence.verifier.lint;

import io.ringfence.model.AccessRule;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Flow;
import io.ringfence.model.Place;
import io.ringfence.model.PortSet;
import io.ringfence.model.Workload;
import io.ringfence.verifier.projection.Permit;
import io.ringfence.verifier.subject.Subject;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Ports of a workload that only some may reach, and over which legs nobody else may.
 *
 * @param allowed who may reach them
 */
record Exposure(
    Subject subject, Workload server, PortSet ports, AddressSet allowed, Set<Permit.Leg> legs) {
  static final Set<Permit.Leg> DIRECT = EnumSet.of(Permit.Leg.DIRECT);
  static final Set<Permit.Leg> ANY_LEG =
      EnumSet.of(Permit.Leg.DIRECT, Permit.Leg.FROM_GATEWAY, Permit.Leg.TO_GATEWAY);

  /** The rules that some of it may be by, in their order. */
  List<AccessRule> rules() {
    return subject.rulesMeeting(exposed());
  }

  private Permit exposed() {
    return new Permit(
        server.name(),
        Permit.Leg.DIRECT,
        allowed.complement(),
        subject.directory().addresses(server),
        Optional.empty(),
        ports,
        server.at());
  }

  /** A flow of somebody else that the rule permits. */
  Optional<Flow> by(AccessRule rule) {
    Permit exposed = exposed();
    for (Permit permit : subject.permits(rule)) {
      Optional<Flow> flow =
          legs.contains(permit.leg())
              ? permit.intersect(exposed).flatMap(subject.witnesses()::flow)
              : Optional.empty();
      if (flow.isPresent()) {
        return flow;
      }
    }
    return Optional.empty();
  }

  /** The nodes of a database's cluster: its own, and others of its engine beside it. */
  static AddressSet cluster(Subject subject, Workload server) {
    AddressSet out = subject.directory().addresses(server);
    for (Workload other : subject.directory().workloads(new Place.OfSegment(server.segment()))) {
      if (other.engine().isPresent() && other.engine().equals(server.engine())) {
        out = out.union(subject.directory().addresses(other));
      }
    }
    return out;
  }
}
