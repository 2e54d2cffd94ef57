package io.ringfence.gateway.policy;

import io.ringfence.model.PortRange;
import io.ringfence.model.Protocol;

/**
 * Ports of a database's address behind a gateway, which no rule or guardrail tells apart.
 *
 * @param open whether the gateway itself may send there
 */
record Door(PortRange ports, boolean open, Callers callers) {
  boolean takes(Protocol protocol, int port) {
    return ports.first() <= port
        && port <= ports.last()
        && ports.protocol().number() == protocol.number();
  }
}
