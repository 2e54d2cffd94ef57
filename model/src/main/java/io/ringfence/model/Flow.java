package io.ringfence.model;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * An initiated exchange at the network layer; its replies belong to it.
 *
 * @param port the destination port; {@code type << 8 | code} for ICMP; 0 for a protocol without
 *     ports
 * @param fqdn the name that the resolvers answered with the destination's address, if any
 * @param user who owns the socket that opens it, where that is known
 */
public record Flow(
    Address source,
    Address destination,
    Protocol protocol,
    int port,
    Optional<String> fqdn,
    OptionalLong user) {
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

  public Flow(
      Address source, Address destination, Protocol protocol, int port, Optional<String> fqdn) {
    this(source, destination, protocol, port, fqdn, OptionalLong.empty());
  }

  /** The same, to an address that the resolvers answered for a name. */
  public Flow as(Optional<String> name) {
    return new Flow(source, destination, protocol, port, name, user);
  }

  /** The same, from a socket of this owner. */
  public Flow by(OptionalLong owner) {
    return new Flow(source, destination, protocol, port, fqdn, owner);
  }

  @Override
  public String toString() {
    return source
        + (user.isPresent() ? " (user " + user.getAsLong() + ")" : "")
        + " -> "
        + destination
        + fqdn.map(n -> " (" + n + ")").orElse("")
        + " "
        + (protocol.hasPorts() || protocol.isIcmp()
            ? new PortRange(protocol, port, port)
            : protocol);
  }
}
