package io.ringfence.verifier.lint;

import io.ringfence.model.AccessRule;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Audience;
import io.ringfence.model.Flow;
import io.ringfence.model.Gateway;
import io.ringfence.model.PortSet;
import io.ringfence.model.Service;
import io.ringfence.model.Workload;
import io.ringfence.verifier.projection.Permit;
import io.ringfence.verifier.subject.Check;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.PartAnalysis;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Finds rules that reach a database directly although a gateway stands in front of it. */
final class GatewayBypass extends PartAnalysis<Workload> {
  @Override
  protected List<Workload> parts(Subject subject) {
    Set<String> behind = new HashSet<>();
    subject.blueprint().gateways().values().forEach(g -> behind.addAll(g.inFrontOf()));
    return subject.blueprint().workloads().values().stream()
        .filter(w -> behind.contains(w.name()))
        .toList();
  }

  @Override
  protected Function<Workload, Found> look(Subject subject) {
    return server ->
        new Found(
            findings(subject, server),
            List.of(
                Permit.box(AddressSet.ALL, subject.directory().addresses(server), PortSet.ALL)));
  }

  private static List<Finding> findings(Subject subject, Workload server) {
    List<Finding> out = new ArrayList<>();
    AddressSet gateways = gateways(subject, server);
    if (!gateways.isEmpty()) {
      AddressSet allowed = gateways.union(Exposure.cluster(subject, server));
      Exposure exposure =
          new Exposure(subject, server, ports(subject, server), allowed, Exposure.DIRECT);
      for (AccessRule rule : exposure.rules()) {
        exposure.by(rule).ifPresent(f -> out.add(finding(subject, server, rule, f)));
      }
    }
    return out;
  }

  private static AddressSet gateways(Subject subject, Workload server) {
    AddressSet out = AddressSet.EMPTY;
    for (Gateway gateway : subject.blueprint().gateways().values()) {
      if (gateway.inFrontOf().contains(server.name())) {
        Workload own = subject.blueprint().workloads().get(gateway.name());
        out = out.union(subject.directory().addresses(own));
      }
    }
    return out;
  }

  /** What the engine's vendor means for clients, and what some rule lets through a gateway. */
  private static PortSet ports(Subject subject, Workload server) {
    PortSet out = PortSet.EMPTY;
    for (Service service : server.services().values()) {
      if (service.audience() == Audience.GATEWAY) {
        out = out.union(service.ports());
      }
    }
    AddressSet own = subject.directory().addresses(server);
    for (Permit permit : subject.projection().index().between(AddressSet.ALL, own)) {
      if (permit.leg() == Permit.Leg.FROM_GATEWAY) {
        out = out.union(permit.ports());
      }
    }
    return out;
  }

  private static Finding finding(Subject subject, Workload server, AccessRule rule, Flow flow) {
    Optional<String> gateway =
        subject.blueprint().gateways().values().stream()
            .filter(g -> g.inFrontOf().contains(server.name()))
            .map(Gateway::name)
            .findFirst();
    String message =
        "rule `"
            + rule.name()
            + "` reaches `"
            + server.name()
            + "` past gateway `"
            + gateway.orElseThrow()
            + "`: "
            + subject.text(flow);
    return Finding.of(Check.GATEWAY_BYPASSED, rule.name(), message, rule.at(), flow);
  }
}
