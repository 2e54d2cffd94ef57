package io.ringfence.verifier.lint;

import io.ringfence.model.AccessRule;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Flow;
import io.ringfence.model.Place;
import io.ringfence.model.Segment;
import io.ringfence.model.Service;
import io.ringfence.model.Tier;
import io.ringfence.model.Workload;
import io.ringfence.verifier.subject.Analysis;
import io.ringfence.verifier.subject.Check;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds engines' ports that others reach than their vendor means. */
final class EnginePorts implements Analysis {
  @Override
  public List<Finding> findings(Subject subject) {
    List<Finding> out = new ArrayList<>();
    for (Workload server : subject.blueprint().workloads().values()) {
      for (Service service : server.services().values()) {
        addFindings(subject, server, service, out);
      }
    }
    return out;
  }

  private static void addFindings(
      Subject subject, Workload server, Service service, List<Finding> out) {
    switch (service.audience()) {
      case CLUSTER -> {
        AddressSet cluster = Exposure.cluster(subject, server);
        Exposure exposure =
            new Exposure(subject, server, service.ports(), cluster, Exposure.ANY_LEG);
        add(Check.PEER_PORT_EXPOSED, exposure, service, out);
      }
      case SCRAPER -> {
        AddressSet scrapers = Exposure.cluster(subject, server).union(management(subject));
        Exposure exposure =
            new Exposure(subject, server, service.ports(), scrapers, Exposure.DIRECT);
        add(Check.METRICS_PORT_EXPOSED, exposure, service, out);
      }
      case NOBODY -> {
        Exposure exposure =
            new Exposure(subject, server, service.ports(), AddressSet.EMPTY, Exposure.ANY_LEG);
        add(Check.NOBODY_PORT_REACHABLE, exposure, service, out);
      }
      case GATEWAY, ANYONE -> {}
    }
  }

  private static void add(Check check, Exposure exposure, Service service, List<Finding> out) {
    for (AccessRule rule : exposure.rules()) {
      finding(check, exposure, service, rule).ifPresent(out::add);
    }
  }

  private static AddressSet management(Subject subject) {
    AddressSet out = AddressSet.EMPTY;
    for (Segment segment : subject.blueprint().segments().values()) {
      if (segment.tier() == Tier.MANAGEMENT) {
        out = out.union(subject.directory().ruleAddresses(new Place.OfSegment(segment.name())));
      }
    }
    return out;
  }

  private static Optional<Finding> finding(
      Check check, Exposure exposure, Service service, AccessRule rule) {
    Optional<Flow> flow = exposure.by(rule);
    return flow.map(
        f ->
            Finding.of(
                check,
                rule.name(),
                "rule `"
                    + rule.name()
                    + "` reaches the "
                    + service.name()
                    + " port of `"
                    + exposure.server().name()
                    + "`: "
                    + exposure.subject().text(f),
                rule.at(),
                f));
  }
}
