package io.ringfence.lab;

import io.ringfence.model.Address;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Family;
import io.ringfence.model.PortSet;
import io.ringfence.model.Protocol;
import io.ringfence.model.Workload;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Says what answers where in a lab: one listener at a socket. At a gateway's socket it is the
 * gateway that says who it is; nothing behind it is reached that way.
 */
final class ListenerPlanner {
  private final Directory directory;
  private final List<LabNode> nodes;
  private final InternetAddresses internet;
  private final LabOptions options;
  private final DeclaredPorts declared;
  private final List<Listener> listeners = new ArrayList<>();
  private final Set<String> taken = new HashSet<>();

  ListenerPlanner(
      Directory directory, List<LabNode> nodes, InternetAddresses internet, LabOptions options) {
    this.directory = directory;
    this.nodes = nodes;
    this.internet = internet;
    this.options = options;
    this.declared = new DeclaredPorts(directory, internet);
  }

  List<Listener> listeners() {
    directory.blueprint().resolvers().stream()
        .filter(w -> !options.silent().contains(w))
        .map(directory.blueprint().workloads()::get)
        .forEach(this::addResolver);
    internet.all().forEach(this::addAuthority);
    declared.entries().stream()
        .filter(e -> !options.silent().contains(e.gateway().name()))
        .forEach(this::addGateway);
    for (LabNode node : nodes) {
      node.addresses().stream().filter(a -> !isSilent(a)).forEach(a -> addPlain(node, a));
    }
    return List.copyOf(listeners);
  }

  private boolean isSilent(Address address) {
    return directory
        .workloadAt(address)
        .filter(w -> options.silent().contains(w.name()))
        .isPresent();
  }

  private Optional<LabNode> nodeAt(Address address) {
    return nodes.stream().filter(n -> n.addresses().contains(address)).findFirst();
  }

  private boolean take(Protocol protocol, Address address, int port) {
    return taken.add(protocol + " " + address + " " + port);
  }

  private void addResolver(Workload workload) {
    Map<String, List<String>> names = new TreeMap<>();
    internet.byName().forEach((n, as) -> names.put(n, as.stream().map(Address::toString).toList()));
    int ttl = (int) options.nameTtl().toSeconds();
    for (Address address : workload.addresses()) {
      Optional<Address> authority = authorityFor(workload, address.family());
      if (authority.isPresent()
          && take(Protocol.UDP, address, 53)
          && take(Protocol.TCP, address, 53)) {
        Listener.Target target = new Listener.Target(authority.get().toString(), 53);
        listeners.add(
            new Listener.Resolver(namespace(address), address.toString(), 53, names, ttl, target));
      }
    }
  }

  /** An address that some rule lets the resolver ask, or any. */
  private Optional<Address> authorityFor(Workload resolver, Family family) {
    AddressSet own = directory.addresses(resolver);
    PortSet udp = PortSet.of(Protocol.UDP, 53);
    List<AddressSet> permitted =
        directory.blueprint().egress().stream()
            .filter(r -> r.from().stream().anyMatch(e -> overlaps(own, e)))
            .flatMap(r -> r.to().stream())
            .filter(e -> ports(e).intersect(udp).equals(udp))
            .map(e -> directory.ruleAddresses(e.place()))
            .toList();
    List<Address> candidates = internet.all().stream().filter(a -> a.family() == family).toList();
    return candidates.stream()
        .filter(a -> permitted.stream().anyMatch(p -> p.contains(a)))
        .findFirst()
        .or(() -> candidates.stream().findFirst());
  }

  private boolean overlaps(AddressSet own, Endpoint from) {
    return directory.ruleAddresses(from.place()).overlaps(own);
  }

  private static PortSet ports(Endpoint to) {
    return switch (to.ports()) {
      case Endpoint.Ports.Any p -> PortSet.ALL;
      case Endpoint.Ports.OfService p -> PortSet.EMPTY;
      case Endpoint.Ports.Explicit p -> p.ports();
    };
  }

  private void addAuthority(Address address) {
    take(Protocol.UDP, address, 53);
    take(Protocol.TCP, address, 53);
    listeners.add(new Listener.Authority(namespace(address), address.toString(), 53));
  }

  private void addGateway(DeclaredPorts.Entry entry) {
    Address address = entry.address();
    if (take(Protocol.TCP, address, entry.port())) {
      listeners.add(
          new Listener.Greeter(
              namespace(address), address.toString(), entry.port(), entry.gateway().name()));
    }
  }

  private String namespace(Address address) {
    return nodeAt(address).orElseThrow().namespace();
  }

  private void addPlain(LabNode node, Address address) {
    String title = directory.workloadAt(address).map(Workload::name).orElse(Blueprint.INTERNET);
    PortSet ports = declared.at(address);
    DeclaredPorts.each(ports, Protocol.TCP)
        .filter(p -> take(Protocol.TCP, address, p))
        .mapToObj(p -> new Listener.Greeter(node.namespace(), address.toString(), p, title))
        .forEach(listeners::add);
    DeclaredPorts.each(ports, Protocol.UDP)
        .filter(p -> take(Protocol.UDP, address, p))
        .mapToObj(p -> new Listener.Echo(node.namespace(), address.toString(), p))
        .forEach(listeners::add);
  }
}
