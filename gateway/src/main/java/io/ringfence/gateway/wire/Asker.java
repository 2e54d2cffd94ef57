package io.ringfence.gateway.wire;

import io.ringfence.gateway.identity.Proofs;
import io.ringfence.gateway.limit.Seat;
import io.ringfence.model.Address;
import java.util.Optional;

/**
 * Where a request comes from, and what it shows of who sends it.
 *
 * @param source of the connection
 * @param entry the gateway's address that it came to
 * @param seat the connection's place among its principal's
 * @param traceparent as the client wrote it, not looked at yet
 */
public record Asker(
    Address source, Address entry, Proofs proofs, Seat seat, Optional<String> traceparent) {}
