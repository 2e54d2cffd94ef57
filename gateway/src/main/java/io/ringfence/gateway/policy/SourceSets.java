package io.ringfence.gateway.policy;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Address;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Gateway;
import io.ringfence.model.Guardrail;
import io.ringfence.model.Host;
import io.ringfence.model.Place;
import io.ringfence.model.Service;
import io.ringfence.model.Topology;
import io.ringfence.model.Workload;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Who may open a flow to one place, as a set of sources: the network layer of the reference
 * meaning, solved for its source.
 */
final class SourceSets {
  private final Directory directory;
  private final Blueprint blueprint;
  private final GatewayEntries entries;
  private final List<AccessRule> rules;
  private final Map<Address, List<Address>> sameHost = new HashMap<>();

  SourceSets(Directory directory, GatewayEntries entries, List<AccessRule> rules) {
    this.directory = directory;
    this.blueprint = directory.blueprint();
    this.entries = entries;
    this.rules = rules;
    Set<Address> placed = new HashSet<>();
    for (Host host : new Topology(directory).hosts().values()) {
      host.addresses().stream().filter(placed::add).forEach(a -> addNeighbours(a, host));
    }
  }

  private void addNeighbours(Address source, Host host) {
    for (Address destination : host.addresses()) {
      sameHost.computeIfAbsent(destination, d -> new ArrayList<>()).add(source);
    }
  }

  /** The sources whose flows to the entrance are permitted. */
  AddressSet permitted(Entrance to) {
    if (!to.protocol().belongsTo(to.address().family())) {
      return AddressSet.EMPTY;
    }
    // Many rules have the same ends; each pair is looked at once.
    Set<List<Object>> seen = new HashSet<>();
    List<AddressSet> out = new ArrayList<>();
    for (AccessRule rule : rules) {
      if (seen.add(ends(rule))) {
        out.add(under(rule, to));
      }
    }
    return union(out).ofFamily(to.address().family()).minus(refused(to));
  }

  private static List<Object> ends(AccessRule rule) {
    return List.of(
        rule.through(),
        rule.from().stream().map(Endpoint::place).toList(),
        rule.to().stream().map(e -> List.of(e.place(), e.ports())).toList());
  }

  /** The sources whose flows to the entrance are denied whatever rules there are. */
  AddressSet refused(Entrance to) {
    List<AddressSet> out = new ArrayList<>();
    out.add(sameHost(to.address()));
    for (Guardrail guardrail : blueprint.guardrails()) {
      if (guardrail instanceof Guardrail.Forbids forbids) {
        out.add(forbidden(forbids, to));
      }
    }
    return union(out);
  }

  private AddressSet sameHost(Address address) {
    AddressSet itself = AddressSet.of(address);
    return itself.union(AddressSet.ofAddresses(sameHost.getOrDefault(address, List.of())));
  }

  private AddressSet forbidden(Guardrail.Forbids guardrail, Entrance to) {
    AddressSet forbidden =
        switch (guardrail) {
          case Guardrail.Never g -> ends(g.to(), to) ? starts(g.from()) : AddressSet.EMPTY;
          case Guardrail.Only g ->
              ends(g.to(), to) ? starts(g.from()).complement() : AddressSet.EMPTY;
          case Guardrail.Unreachable g ->
              ends(g.places(), to) ? AddressSet.ALL : starts(g.places());
        };
    return forbidden.isEmpty() ? forbidden : forbidden.minus(excepted(guardrail, to));
  }

  private AddressSet excepted(Guardrail.Forbids guardrail, Entrance to) {
    return union(
        rules.stream()
            .filter(r -> guardrail.except().contains(r.name()))
            .map(r -> under(r, to))
            .toList());
  }

  private AddressSet starts(List<Endpoint> ends) {
    return union(ends.stream().map(e -> directory.guardrailAddresses(e.place())).toList());
  }

  private boolean ends(List<Endpoint> ends, Entrance to) {
    return ends.stream()
        .anyMatch(
            e ->
                directory.guardrailAddresses(e.place()).contains(to.address())
                    && !(e.place() instanceof Place.OfFqdn)
                    && takes(e, to));
  }

  /** The sources whose flows to the entrance the rule permits, as a whole or as a leg. */
  private AddressSet under(AccessRule rule, Entrance to) {
    if (!to.protocol().belongsTo(to.address().family())) {
      return AddressSet.EMPTY;
    }
    List<AddressSet> out = new ArrayList<>();
    for (Endpoint end : rule.to()) {
      if (rule.through().isEmpty()) {
        addDirect(rule, end, to, out);
      } else {
        addToGateway(rule, end, to, out);
        addFromGateway(rule, end, to, out);
      }
    }
    return union(out);
  }

  private void addDirect(AccessRule rule, Endpoint end, Entrance to, List<AddressSet> out) {
    if (!(end.place() instanceof Place.OfFqdn)
        && directory.ruleAddresses(end.place()).contains(to.address())
        && takes(end, to)) {
      rule.from().forEach(f -> out.add(directory.ruleAddresses(f.place())));
    }
  }

  private void addToGateway(AccessRule rule, Endpoint end, Entrance to, List<AddressSet> out) {
    Gateway gateway = blueprint.gateways().get(rule.through().orElseThrow());
    if (!own(gateway).contains(to.address()) && !bound(gateway, to.address())) {
      return;
    }
    Set<Way> ways = new HashSet<>();
    for (Workload workload : directory.workloads(end.place())) {
      for (Service service : workload.services().values()) {
        boolean here =
            GatewayEntries.meant(end, service)
                && GatewayEntries.listening(gateway, end, workload, service)
                    .contains(to.protocol(), to.port());
        if (here && ways.add(new Way(service, gateway.binding(workload, service)))) {
          rule.from()
              .forEach(
                  f ->
                      out.add(
                          entries.sources(gateway, workload, service, f.place(), to.address())));
        }
      }
    }
  }

  /** What is reached there, and where it is listened for; workloads may share both. */
  private record Way(Service service, Optional<Gateway.SocketBinding> binding) {}

  private static boolean bound(Gateway gateway, Address address) {
    return gateway.listen().values().stream().anyMatch(b -> b.address().equals(address));
  }

  private AddressSet own(Gateway gateway) {
    return directory.addresses(blueprint.workloads().get(gateway.name()));
  }

  private void addFromGateway(AccessRule rule, Endpoint end, Entrance to, List<AddressSet> out) {
    boolean served =
        directory.workloadAt(to.address()).stream()
            .filter(directory.workloads(end.place())::contains)
            .anyMatch(w -> GatewayEntries.servicePorts(end, w).contains(to.protocol(), to.port()));
    if (served) {
      out.add(own(blueprint.gateways().get(rule.through().orElseThrow())));
    }
  }

  private boolean takes(Endpoint end, Entrance to) {
    return switch (end.ports()) {
      case Endpoint.Ports.Any p -> true;
      case Endpoint.Ports.Explicit p -> p.ports().contains(to.protocol(), to.port());
      case Endpoint.Ports.OfService p ->
          directory.workloadAt(to.address()).stream()
              .filter(directory.workloads(end.place())::contains)
              .map(w -> w.services().get(p.service()))
              .filter(Objects::nonNull)
              .anyMatch(s -> s.ports().contains(to.protocol(), to.port()));
    };
  }

  private static AddressSet union(List<AddressSet> sets) {
    return new AddressSet(sets.stream().flatMap(s -> s.ranges().stream()).toList());
  }
}
