package io.ringfence.lab;

import io.ringfence.lab.LabGuard.Inside;
import io.ringfence.model.Address;
import io.ringfence.model.Protocol;
import java.nio.charset.StandardCharsets;

/**
 * One attempt to reach a port.
 *
 * @param source an address of the host that calls
 * @param say what is sent; a UDP call sends something in any case
 * @param hear true when a TCP call waits for what the other side says
 */
record Call(Address source, Inside to, Protocol protocol, int port, byte[] say, boolean hear) {
  private static final int DNS = 53;
  private static final byte[] HELLO = "ringfence lab\n".getBytes(StandardCharsets.US_ASCII);

  /** Finds out whether the port can be reached, and no more. */
  static Call knock(Address source, Inside to, Protocol protocol, int port) {
    byte[] say = port == DNS ? DnsQuestion.VERSION : HELLO;
    return new Call(source, to, protocol, port, say, false);
  }

  /** Says something, and waits for an answer. */
  static Call say(Address source, Inside to, Protocol protocol, int port, byte[] message) {
    return new Call(source, to, protocol, port, message, true);
  }

  /**
   * @param heard what the other side said first, if anything
   */
  record Answer(Call call, Outcome outcome, byte[] heard) {
    boolean reached() {
      return outcome.reached();
    }
  }
}
