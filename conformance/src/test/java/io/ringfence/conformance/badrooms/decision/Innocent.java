package io.ringfence.conformance.badrooms.decision;

import java.io.StringReader;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;

/** Values of the packages that hold I/O too: this much is allowed. */
public record Innocent(
    URI uri, InetAddress address, StringReader reader, Duration duration, Instant instant) {
  static InetAddress loopback() {
    return InetAddress.ofLiteral("127.0.0.1");
  }
}
