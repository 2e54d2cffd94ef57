package io.ringfence.verifier.rollout;

import io.ringfence.model.Address;
import io.ringfence.model.PortSet;
import io.ringfence.model.UserSet;

/** A node of a cluster, as one blueprint has it: where it listens for the others, and as whom. */
record Member(String workload, Address address, PortSet ports, UserSet users) {}
