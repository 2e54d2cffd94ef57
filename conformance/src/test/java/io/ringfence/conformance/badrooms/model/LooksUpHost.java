package io.ringfence.conformance.badrooms.model;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Through a subclass, which inherits the look-up. */
final class LooksUpHost {
  InetAddress lookUp() throws UnknownHostException {
    return Inet4Address.getByName("localhost");
  }
}
