package io.ringfence.verifier.lint;

import io.ringfence.model.AccessRule;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Encryption;
import io.ringfence.model.Flow;
import io.ringfence.model.Gateway;
import io.ringfence.model.Isolation;
import io.ringfence.model.Listeners;
import io.ringfence.model.PortSet;
import io.ringfence.model.Segment;
import io.ringfence.model.Service;
import io.ringfence.model.Workload;
import io.ringfence.verifier.projection.Permit;
import io.ringfence.verifier.subject.Check;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.RuleAnalysis;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds flows into or inside a {@code micro} segment without stated encryption. What counts is the
 * rule's, else the gateway's on a leg to it and on its way to a server, else the service's.
 */
final class PlaintextInMicro extends RuleAnalysis {
  /** SSH encrypts whatever a blueprint says, and ICMP carries nothing to encrypt. */
  private static final PortSet NO_NEED = PortSet.parse("22/tcp").union(PortSet.parse("icmp"));

  @Override
  protected List<Finding> findings(Subject subject, AccessRule rule) {
    List<Finding> out = new ArrayList<>();
    for (Segment segment : entered(subject, rule)) {
      plain(subject, rule, segment.addresses())
          .ifPresent(f -> out.add(finding(subject, rule, segment, f)));
    }
    return out;
  }

  /** The micro segments that a rule has flows to, in the blueprint's order. */
  private static List<Segment> entered(Subject subject, AccessRule rule) {
    Set<Segment> there = new HashSet<>();
    for (Permit permit : subject.permits(rule)) {
      there.addAll(subject.directory().segmentsOf(permit.to()));
    }
    there.removeIf(s -> s.isolation() != Isolation.MICRO);
    return there.size() < 2
        ? List.copyOf(there)
        : subject.blueprint().segments().values().stream().filter(there::contains).toList();
  }

  private static Optional<Flow> plain(Subject subject, AccessRule rule, AddressSet segment) {
    for (Permit whole : subject.permits(rule)) {
      boolean needed = !whole.ports().minus(NO_NEED).isEmpty();
      Permit permit = needed ? whole.between(AddressSet.ALL, segment).orElse(null) : null;
      if (permit == null) {
        continue;
      }
      for (Workload workload : subject.receivers(permit)) {
        Listeners listeners = subject.directory().listeners(workload);
        PortSet open =
            permit
                .ports()
                .intersect(listeners.ports())
                .minus(NO_NEED)
                .minus(encrypted(subject, rule, permit, workload));
        if (open.isEmpty()) {
          continue;
        }
        Permit plain =
            new Permit(
                rule.name(),
                permit.leg(),
                AddressSet.ALL,
                listeners.addresses().intersect(segment),
                Optional.empty(),
                open,
                rule.at());
        Optional<Flow> flow = permit.intersect(plain).flatMap(subject.witnesses()::flow);
        if (flow.isPresent()) {
          return flow;
        }
      }
    }
    return Optional.empty();
  }

  private static PortSet encrypted(
      Subject subject, AccessRule rule, Permit permit, Workload server) {
    if (rule.encryption().isPresent()) {
      return all(rule.encryption().get());
    }
    return switch (permit.leg()) {
      case TO_GATEWAY -> all(gateway(subject, rule).legEncryption());
      case DIRECT -> services(server);
      case FROM_GATEWAY -> {
        Gateway.Upstream upstream = gateway(subject, rule).upstream().get(server.name());
        yield upstream != null && upstream.tls() ? PortSet.ALL : services(server);
      }
    };
  }

  private static Gateway gateway(Subject subject, AccessRule rule) {
    return subject.blueprint().gateways().get(rule.through().orElseThrow());
  }

  private static PortSet all(Encryption encryption) {
    return encryption == Encryption.NONE ? PortSet.EMPTY : PortSet.ALL;
  }

  private static PortSet services(Workload server) {
    PortSet out = PortSet.EMPTY;
    for (Service service : server.services().values()) {
      out = out.union(all(service.encryption().orElse(Encryption.NONE)).intersect(service.ports()));
    }
    return out;
  }

  private static Finding finding(Subject subject, AccessRule rule, Segment segment, Flow flow) {
    String message =
        "rule `"
            + rule.name()
            + "` states no encryption for what enters micro segment `"
            + segment.name()
            + "`: "
            + subject.text(flow);
    return Finding.of(Check.PLAINTEXT_IN_MICRO, rule.name(), message, rule.at(), flow);
  }
}
