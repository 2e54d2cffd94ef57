package io.ringfence.lab;

import io.ringfence.model.Address;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One network namespace of a lab.
 *
 * @param name the host's or router's of the topology, {@code internet} or {@code backbone}
 * @param namespace its name for {@code ip netns}
 * @param addresses those that flows start from and end at; none of routers
 * @param devices the names of all its interfaces, {@code lo} included
 * @param interfaces those that face segments
 * @param cabling lines for {@code ip -batch} that make its interfaces, the far ends included
 * @param routing lines for {@code ip -batch}, after every node's cabling, that give it addresses
 *     and routes
 */
record LabNode(
    String name,
    Kind kind,
    String namespace,
    List<Address> addresses,
    Set<String> devices,
    List<Interface> interfaces,
    List<String> cabling,
    List<String> routing) {
  enum Kind {
    HOST,
    ROUTER,
    INTERNET,
    BACKBONE
  }

  /** An interface that faces a segment, and its Ethernet address. */
  record Interface(String name, String segment, String mac) {}

  LabNode {
    addresses = List.copyOf(addresses);
    devices = Set.copyOf(devices);
    interfaces = List.copyOf(interfaces);
    cabling = List.copyOf(cabling);
    routing = List.copyOf(routing);
  }

  /** True when it forwards packets of others. */
  boolean forwards() {
    return kind == Kind.ROUTER;
  }

  /** The interface that faces a segment. */
  Optional<Interface> facing(String segment) {
    return interfaces.stream().filter(i -> i.segment().equals(segment)).findFirst();
  }
}
