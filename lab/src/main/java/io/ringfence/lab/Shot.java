package io.ringfence.lab;

import io.ringfence.lab.LabGuard.Inside;
import io.ringfence.model.Address;
import io.ringfence.model.Protocol;

/**
 * A single packet, TCP SYN, UDP datagram or SCTP INIT, that claims to come from an address.
 *
 * @param from the node that sends it, whatever it claims
 */
record Shot(LabNode from, Address claimed, Inside to, Protocol protocol, int port, Way way) {
  /** How it leaves the node that sends it. */
  enum Way {
    /** Through the node's own output filter. */
    IP,
    /** As a frame on the wire, past the node's own output filter. */
    WIRE
  }
}
