package io.ringfence.verifier.lint;

import io.ringfence.model.AccessRule;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Flow;
import io.ringfence.model.Place;
import io.ringfence.model.Segment;
import io.ringfence.model.Service;
import io.ringfence.model.Tier;
import io.ringfence.model.Workload;
import io.ringfence.verifier.projection.Permit;
import io.ringfence.verifier.subject.Check;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.PartAnalysis;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Finds engines' ports that others reach than their vendor means. */
final class EnginePorts extends PartAnalysis<EnginePorts.Door> {
  /** A service that not everybody is meant to reach. */
  record Door(Workload server, Service service) {}

  @Override
  protected List<Door> parts(Subject subject) {
    List<Door> out = new ArrayList<>();
    for (Workload server : subject.blueprint().workloads().values()) {
      for (Service service : server.services().values()) {
        switch (service.audience()) {
          case CLUSTER, SCRAPER, NOBODY -> out.add(new Door(server, service));
          case GATEWAY, ANYONE -> {}
        }
      }
    }
    return out;
  }

  @Override
  protected Function<Door, Found> look(Subject subject) {
    AddressSet management = management(subject);
    return door -> {
      List<Finding> out = new ArrayList<>();
      addFindings(subject, door.server(), door.service(), management, out);
      AddressSet there = subject.directory().addresses(door.server());
      return new Found(out, List.of(Permit.box(AddressSet.ALL, there, door.service().ports())));
    };
  }

  private static void addFindings(
      Subject subject, Workload server, Service service, AddressSet management, List<Finding> out) {
    switch (service.audience()) {
      case CLUSTER -> {
        AddressSet cluster = Exposure.cluster(subject, server);
        Exposure exposure =
            new Exposure(subject, server, service.ports(), cluster, Exposure.ANY_LEG);
        add(Check.PEER_PORT_EXPOSED, exposure, service, out);
      }
      case SCRAPER -> {
        AddressSet scrapers = Exposure.cluster(subject, server).union(management);
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
