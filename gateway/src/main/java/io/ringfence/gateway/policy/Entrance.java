package io.ringfence.gateway.policy;

import io.ringfence.model.Address;
import io.ringfence.model.Protocol;

/** Where flows end: an address, a protocol and a port. */
record Entrance(Address address, Protocol protocol, int port) {}
