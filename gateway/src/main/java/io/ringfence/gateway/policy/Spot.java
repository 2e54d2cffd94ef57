package io.ringfence.gateway.policy;

import java.util.Optional;

/**
 * What decisions need to know of one address.
 *
 * @param identity of the workload there
 * @param segment that it lies in, whether a workload claims it or not
 */
record Spot(Area area, Optional<String> identity, Optional<String> segment) {}
