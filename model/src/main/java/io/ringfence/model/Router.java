package io.ringfence.model;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What forwards packets of segments.
 *
 * @param interfaces the interface that faces each segment it serves, by segment; every other
 *     interface faces the rest of the network
 * @param addresses its own addresses
 */
public record Router(
    String name, Map<String, String> interfaces, List<Address> addresses, SourceLocation at) {
  /** The longest interface name that Linux takes. */
  public static final int INTERFACE_NAME_MAX = 15;

  public Router {
    interfaces = Collections.unmodifiableMap(new TreeMap<>(interfaces));
    addresses = List.copyOf(addresses);
  }

  /** The segments it serves, sorted. */
  public java.util.Set<String> segments() {
    return interfaces.keySet();
  }
}
