package io.ringfence.model;

import java.util.List;

/** A machine that holds workload addresses; traffic of a host to itself is outside the model. */
public record Host(String name, List<Address> addresses, SourceLocation at) {
  public Host {
    addresses = List.copyOf(addresses);
  }
}
