package io.ringfence.verifier.lint;

import io.ringfence.model.AccessRule;
import io.ringfence.model.AddressRange;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Audience;
import io.ringfence.model.Family;
import io.ringfence.model.Flow;
import io.ringfence.model.Listeners;
import io.ringfence.model.PortSet;
import io.ringfence.model.Service;
import io.ringfence.model.Tier;
import io.ringfence.model.Workload;
import io.ringfence.model.WorkloadKind;
import io.ringfence.verifier.projection.Permit;
import io.ringfence.verifier.subject.Check;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.RuleAnalysis;
import io.ringfence.verifier.subject.Subject;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds database ports that a large part of the internet may reach directly. */
final class WorldOpenDatabases extends RuleAnalysis {
  /** As many IPv4 addresses as an 8-bit prefix has are the world, not an office. */
  private static final long WORLD_IPV4_ADDRESSES = 1L << 24;

  /** As many IPv6 networks of 64 bits as a 32-bit prefix has. */
  private static final long WORLD_IPV6_NETWORKS = 1L << 32;

  @Override
  protected List<Finding> findings(Subject subject, AccessRule rule) {
    Set<Finding> out = new LinkedHashSet<>();
    for (Permit permit : subject.permits(rule)) {
      if (permit.leg() == Permit.Leg.DIRECT && worldOpen(subject, permit)) {
        subject.receivers(permit).forEach(w -> addDatabase(subject, rule, permit, w, out));
      }
    }
    return List.copyOf(out);
  }

  private static boolean worldOpen(Subject subject, Permit permit) {
    AddressSet outside = permit.from().intersect(subject.directory().internet());
    long v4 = 0;
    boolean v6 = false;
    for (AddressRange range : outside.ranges()) {
      if (range.family() == Family.IPV4) {
        v4 += range.last().low() - range.first().low() + 1;
      } else {
        long networks = range.last().high() - range.first().high();
        v6 |= Long.compareUnsigned(networks, WORLD_IPV6_NETWORKS - 1) >= 0;
      }
    }
    return v6 || v4 >= WORLD_IPV4_ADDRESSES;
  }

  private static void addDatabase(
      Subject subject, AccessRule rule, Permit permit, Workload workload, Set<Finding> out) {
    PortSet open = databasePorts(subject, workload);
    if (open.isEmpty()) {
      return;
    }
    Listeners listeners = subject.directory().listeners(workload);
    Permit database =
        new Permit(
            rule.name(),
            permit.leg(),
            subject.directory().internet(),
            listeners.addresses(),
            Optional.empty(),
            open.intersect(listeners.ports()),
            rule.at());
    Optional<Flow> flow = permit.intersect(database).flatMap(subject.witnesses()::flow);
    if (flow.isPresent()) {
      String message =
          "rule `"
              + rule.name()
              + "` opens database `"
              + workload.name()
              + "` to the internet: "
              + subject.text(flow.get());
      out.add(Finding.of(Check.WORLD_OPEN_DATABASE, rule.name(), message, rule.at(), flow.get()));
    }
  }

  /** An engine's own ports; in the database tier every port of what is no gateway. */
  private static PortSet databasePorts(Subject subject, Workload workload) {
    boolean tier = subject.blueprint().segments().get(workload.segment()).tier() == Tier.DATABASE;
    if (workload.engine().isEmpty()) {
      return tier && workload.kind() != WorkloadKind.GATEWAY ? PortSet.ALL : PortSet.EMPTY;
    }
    PortSet out = PortSet.EMPTY;
    for (Service service : workload.services().values()) {
      if (service.audience() != Audience.ANYONE) {
        out = out.union(service.ports());
      }
    }
    return out;
  }
}
