package io.ringfence.lab;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Address;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Directory;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Gateway;
import io.ringfence.model.Place;
import io.ringfence.model.PortRange;
import io.ringfence.model.PortSet;
import io.ringfence.model.Protocol;
import io.ringfence.model.Service;
import io.ringfence.model.Tenant;
import io.ringfence.model.Workload;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Which ports a blueprint names at which addresses. */
final class DeclaredPorts {
  /** A range longer than this counts as its first, middle and last port. */
  static final int WHOLE_RANGE_MAX = 64;

  static final PortSet DNS = PortSet.of(Protocol.UDP, 53).union(PortSet.of(Protocol.TCP, 53));

  /** What anything on the internet is expected to answer at. */
  private static final PortSet PUBLIC =
      DNS.union(PortSet.of(Protocol.TCP, 443)).union(PortSet.of(Protocol.TCP, 80));

  private final Directory directory;
  private final Map<Address, PortSet> ports = new TreeMap<>();

  /** One of a gateway's sockets, and the services behind it. */
  record Entry(Gateway gateway, Address address, int port, List<Listener.Target> targets) {}

  private final Map<String, Entry> entries = new LinkedHashMap<>();

  DeclaredPorts(Directory directory, InternetAddresses internet) {
    this.directory = directory;
    internet.all().forEach(a -> add(a, PUBLIC));
    directory.blueprint().workloads().values().forEach(this::addServices);
    directory.blueprint().resolvers().stream()
        .map(directory.blueprint().workloads()::get)
        .forEach(w -> addTo(w, DNS));
    for (AccessRule rule : directory.blueprint().rules()) {
      rule.to().forEach(e -> addEndpoint(e, internet));
      rule.through().ifPresent(g -> addEntries(rule, directory.blueprint().gateways().get(g)));
    }
  }

  static DeclaredPorts of(Directory directory) {
    return new DeclaredPorts(directory, InternetAddresses.of(directory));
  }

  /** The ports that the blueprint names at an address; none where it names none. */
  PortSet at(Address address) {
    return ports.getOrDefault(address, PortSet.EMPTY);
  }

  /** The gateways' sockets. */
  List<Entry> entries() {
    return List.copyOf(entries.values());
  }

  /** The ports of one protocol in a set, one by one; see {@link #WHOLE_RANGE_MAX}. */
  static IntStream each(PortSet ports, Protocol protocol) {
    return ports.ranges().stream()
        .filter(r -> r.protocol().equals(protocol))
        .flatMapToInt(DeclaredPorts::each);
  }

  private static IntStream each(PortRange range) {
    int first = Math.max(1, range.first());
    if (range.last() - first < WHOLE_RANGE_MAX) {
      return IntStream.rangeClosed(first, range.last());
    }
    return IntStream.of(first, (first + range.last()) / 2, range.last());
  }

  private void add(Address address, PortSet more) {
    ports.merge(address, more, PortSet::union);
  }

  private void addTo(Workload workload, PortSet more) {
    each(directory.addresses(workload)).forEach(a -> add(a, more));
  }

  private void addServices(Workload workload) {
    workload.services().values().forEach(s -> addTo(workload, s.ports()));
  }

  private void addEndpoint(Endpoint to, InternetAddresses internet) {
    switch (to.ports()) {
      case Endpoint.Ports.Any p -> {}
      case Endpoint.Ports.OfService p -> {} // among the workload's services already
      case Endpoint.Ports.Explicit p -> {
        AddressSet place = directory.ruleAddresses(to.place());
        Stream<Address> claimed =
            directory.blueprint().workloads().values().stream()
                .flatMap(w -> each(directory.addresses(w)));
        Stream<Address> outside =
            to.place() instanceof Place.OfFqdn name
                ? internet.byName().get(name.fqdn()).stream()
                : internet.all().stream();
        Stream.concat(claimed, outside).filter(place::contains).forEach(a -> add(a, p.ports()));
      }
    }
  }

  private static Stream<Address> each(AddressSet addresses) {
    return addresses.ranges().stream()
        .flatMap(
            r ->
                Stream.iterate(
                    r.first(), a -> a != null, a -> a.equals(r.last()) ? null : a.next()));
  }

  private void addEntries(AccessRule rule, Gateway gateway) {
    for (Endpoint to : rule.to()) {
      for (Workload server : directory.workloads(to.place())) {
        server.services().values().stream()
            .filter(s -> means(to, s))
            .forEach(s -> addEntries(gateway, server, s));
      }
    }
  }

  private static boolean means(Endpoint to, Service service) {
    return switch (to.ports()) {
      case Endpoint.Ports.Any p -> true;
      case Endpoint.Ports.OfService p -> p.service().equals(service.name());
      case Endpoint.Ports.Explicit p -> !service.ports().intersect(p.ports()).isEmpty();
    };
  }

  private void addEntries(Gateway gateway, Workload server, Service service) {
    Workload own = directory.blueprint().workloads().get(gateway.name());
    Optional<Gateway.SocketBinding> binding = gateway.binding(server, service);
    Stream<Address> shared =
        binding.map(b -> Stream.of(b.address())).orElseGet(() -> own.addresses().stream());
    Stream<Address> ofTenants =
        directory.blueprint().tenants().values().stream()
            .flatMap(t -> t.endpoint().stream())
            .filter(e -> e.gateway().equals(gateway.name()))
            .map(Tenant.PrivateEndpoint::address);
    List<Address> addresses = Stream.concat(shared, ofTenants).toList();
    each(service.ports(), Protocol.TCP)
        .forEach(
            port -> {
              int listening = binding.map(Gateway.SocketBinding::port).orElse(port);
              addresses.forEach(a -> addEntry(gateway, a, listening, server, port));
            });
  }

  private void addEntry(
      Gateway gateway, Address address, int listening, Workload server, int port) {
    Stream<Listener.Target> targets =
        each(directory.addresses(server)).map(a -> new Listener.Target(a.toString(), port));
    add(address, PortSet.of(Protocol.TCP, listening));
    entries.merge(
        address + " " + listening,
        new Entry(gateway, address, listening, targets.toList()),
        (a, b) ->
            new Entry(
                gateway,
                address,
                listening,
                Stream.concat(a.targets().stream(), b.targets().stream()).distinct().toList()));
  }
}
