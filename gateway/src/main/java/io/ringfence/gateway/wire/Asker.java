package io.ringfence.gateway.wire;

import io.ringfence.gateway.identity.Proofs;
import io.ringfence.gateway.limit.Seat;
import io.ringfence.model.Address;

/**
 * Where a request comes from, and what it shows of who sends it.
 *
 * @param source of the connection
 * @param entry the gateway's address that it came to
 * @param seat the connection's place among its principal's
 */
public record Asker(Address source, Address entry, Proofs proofs, Seat seat) {}
