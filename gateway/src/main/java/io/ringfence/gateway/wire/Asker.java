package io.ringfence.gateway.wire;

import io.ringfence.gateway.identity.Proofs;
import io.ringfence.model.Address;

/**
 * Where a request comes from, and what it shows of who sends it.
 *
 * @param source of the connection
 * @param entry the gateway's address that it came to
 */
public record Asker(Address source, Address entry, Proofs proofs) {}
