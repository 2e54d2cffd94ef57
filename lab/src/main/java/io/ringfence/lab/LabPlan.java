package io.ringfence.lab;

import io.ringfence.model.Address;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Topology;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Everything a lab will be, before anything of it is made: the same blueprint and id give the same
 * plan.
 *
 * @param nodes its namespaces: backbone, internet, routers, hosts
 * @param names the addresses in {@code internet} that its resolvers answer, by fqdn
 */
record LabPlan(
    String id,
    Directory directory,
    Topology topology,
    LabGraph graph,
    List<LabNode> nodes,
    Map<String, List<Address>> names,
    List<Listener> listeners) {
  LabPlan {
    nodes = List.copyOf(nodes);
    listeners = List.copyOf(listeners);
  }

  static LabPlan of(Blueprint blueprint, LabOptions options) {
    Directory directory = new Directory(blueprint);
    Topology topology = new Topology(directory);
    InternetAddresses internet = InternetAddresses.of(directory);
    LabGraph graph = new LabGraph(blueprint, topology);
    List<LabNode> nodes =
        new LabPlanner(directory, topology, graph, internet, options.prefix()).nodes();
    List<Listener> listeners = new ListenerPlanner(directory, nodes, internet, options).listeners();
    return new LabPlan(
        options.id(), directory, topology, graph, nodes, internet.byName(), listeners);
  }

  Blueprint blueprint() {
    return directory.blueprint();
  }

  /** The node of that placement: a host's or router's name, or {@code internet}. */
  Optional<LabNode> node(String name) {
    return nodes.stream().filter(n -> n.name().equals(name)).findFirst();
  }

  /** The node of that name and kind. */
  LabNode node(String name, LabNode.Kind kind) {
    return nodes.stream()
        .filter(n -> n.name().equals(name) && n.kind() == kind)
        .findFirst()
        .orElseThrow();
  }

  /** The node that holds an address. */
  Optional<LabNode> nodeAt(Address address) {
    return nodes.stream().filter(n -> n.addresses().contains(address)).findFirst();
  }

  /** The nodes that flows start from and end at: hosts and {@code internet}. */
  Stream<LabNode> ends() {
    return nodes.stream().filter(n -> !n.addresses().isEmpty());
  }

  /** Every address that something in the lab holds as its own. */
  AddressSet addresses() {
    return AddressSet.ofAddresses(ends().flatMap(n -> n.addresses().stream()).toList());
  }

  /** The name that the resolvers answer with an address, if any. */
  Optional<String> nameOf(Address address) {
    return names.entrySet().stream()
        .filter(e -> e.getValue().contains(address))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** True when a way of cables and routers leads from one address to another. */
  boolean connects(Address from, Address to) {
    LabGraph.Node start = end(from);
    LabGraph.Node goal = end(to);
    return start.equals(goal) || graph.next(start, goal).isPresent();
  }

  private LabGraph.Node end(Address address) {
    return directory
        .segmentAt(address)
        .map(s -> LabGraph.Node.segment(s.name()))
        .orElse(LabGraph.Node.INTERNET);
  }

  /** The addresses of the blueprint's resolvers. */
  List<Address> resolvers() {
    return blueprint().resolvers().stream()
        .flatMap(w -> blueprint().workloads().get(w).addresses().stream())
        .toList();
  }

  /** Who holds an address, for people: the workload's name or the address itself. */
  String title(Address address) {
    return directory
        .workloadAt(address)
        .map(w -> w.name())
        .or(() -> nameOf(address))
        .orElse(address.toString());
  }

  /** Equal for equal plans, so that a lab built from another blueprint is recognised. */
  String digest() {
    String all =
        nodes.stream()
                .flatMap(n -> Stream.of(List.of(n.namespace(), n.name()), n.cabling(), n.routing()))
                .flatMap(List::stream)
                .collect(Collectors.joining("\n"))
            + listeners;
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha.digest(all.getBytes(StandardCharsets.UTF_8)), 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
