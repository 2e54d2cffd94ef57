package io.ringfence.lab;

import io.ringfence.lab.LabGuard.Inside;
import io.ringfence.model.Address;
import io.ringfence.model.Protocol;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/**
 * One attempt to reach a port.
 *
 * @param source an address of the host that calls
 * @param say what is sent, when {@code until} is not {@link Until#CONNECTED} or the call is UDP
 * @param until what ends the call before its time is up
 * @param user who owns the socket, if not this process's own user
 */
@SuppressWarnings("ArrayRecordComponent") // no call equals another: each has bytes of its own
record Call(
    Address source,
    Inside to,
    Protocol protocol,
    int port,
    byte[] say,
    Until until,
    OptionalLong user) {
  Call(Address source, Inside to, Protocol protocol, int port, byte[] say, Until until) {
    this(source, to, protocol, port, say, until, OptionalLong.empty());
  }

  /** The same, from a socket of a user. */
  Call by(OptionalLong owner) {
    return new Call(source, to, protocol, port, say, until, owner);
  }

  private static final int DNS = 53;
  private static final byte[] HELLO = "ringfence lab\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NOTHING = {};

  /** When a call has what it wants. */
  enum Until {
    /** TCP: when connected. UDP: at the first answer. */
    CONNECTED,
    /** At the first that the other side says. */
    HEARD,
    /** When what was said has come back. */
    ECHOED
  }

  /** Finds out whether the port can be reached, and no more. */
  static Call knock(Address source, Inside to, Protocol protocol, int port) {
    byte[] say = port == DNS ? DnsQuestion.VERSION : HELLO;
    return new Call(source, to, protocol, port, say, Until.CONNECTED);
  }

  /** Connects, and waits for what the other side says first. */
  static Call listen(Address source, Inside to, int port) {
    return new Call(source, to, Protocol.TCP, port, NOTHING, Until.HEARD);
  }

  /** Says something, and waits for an answer. */
  static Call say(Address source, Inside to, Protocol protocol, int port, byte[] message) {
    return new Call(source, to, protocol, port, message, Until.HEARD);
  }

  /** Says something, and waits for it to come back. */
  static Call converse(Address source, Inside to, Protocol protocol, int port, byte[] message) {
    return new Call(source, to, protocol, port, message, Until.ECHOED);
  }

  /** True when what was heard ends the call. */
  boolean isSatisfied(byte[] heard) {
    return until != Until.ECHOED || contains(heard, say);
  }

  private static boolean contains(byte[] whole, byte[] part) {
    return new String(whole, StandardCharsets.ISO_8859_1)
        .contains(new String(part, StandardCharsets.ISO_8859_1));
  }

  /**
   * What came of a call.
   *
   * @param heard what the other side said, if anything
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Answer(Call call, Outcome outcome, byte[] heard) {}
}
