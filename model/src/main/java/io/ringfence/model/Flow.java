package io.ringfence.model;

import java.util.Optional;

/**
 * An initiated exchange at the network layer; its replies belong to it.
 *
 * @param port the destination port; {@code type << 8 | code} for ICMP; 0 for a protocol without
 *     ports
 * @param fqdn the name that the resolvers answered with the destination's address, if any
 */
public record Flow(
    Address source, Address destination, Protocol protocol, int port, Optional<String> fqdn) {
  public Flow {
    if (source.family() != destination.family()) {
      throw new IllegalArgumentException("a flow's ends share a family");
    }
    if (port < 0 || port > PortRange.PORT_MAX) {
      throw new IllegalArgumentException("port " + port + " is not within 0-65535");
    }
  }

  public Flow(Address source, Address destination, Protocol protocol, int port) {
    this(source, destination, protocol, port, Optional.empty());
  }

  @Override
  public String toString() {
    return source
        + " -> "
        + destination
        + fqdn.map(n -> " (" + n + ")").orElse("")
        + " "
        + (protocol.hasPorts() || protocol.isIcmp()
            ? new PortRange(protocol, port, port)
            : protocol);
  }
}
