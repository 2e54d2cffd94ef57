/**
 * The kernel against the reference decision, packet by packet: {@code Differential} is the main
 * road, {@code Machine} a namespace that plays a host or router, {@code Meaning} what must become
 * of a packet.
 */
package io.ringfence.conformance.differential;
