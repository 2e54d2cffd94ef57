package io.ringfence.agent.kernel;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.OptionalInt;

/**
 * A packet that a log rule has sent to an NFLOG group.
 *
 * @param prefix the rule's
 * @param hook the netfilter hook: 1 input, 2 forward, 3 output
 * @param protocol the IP protocol's number; past IPv6's extension headers
 * @param sourcePort empty unless the protocol has ports and they were in what was copied
 * @param icmpType empty unless the protocol is ICMP or ICMPv6 (so the code)
 * @param inputInterface the index of the interface it came in by, in its namespace
 * @param outputInterface the index of the interface it was to leave by
 * @param payload read-only; from the IP header on, cut off at the length the listener asked for
 */
public record LoggedPacket(
    String prefix,
    int hook,
    InetAddress source,
    InetAddress destination,
    int protocol,
    OptionalInt sourcePort,
    OptionalInt destinationPort,
    OptionalInt icmpType,
    OptionalInt icmpCode,
    OptionalInt inputInterface,
    OptionalInt outputInterface,
    ByteBuffer payload) {}
