package io.ringfence.model;

/** Where something is sent to: each of the addresses at each of the ports. */
public record Listeners(AddressSet addresses, PortSet ports) {}
