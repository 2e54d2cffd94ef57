/**
 * The Linux host's policy enforcement point: takes a desired state to the kernel in numbered
 * generations, each of which reverts by itself unless confirmed in time.
 *
 * <p>The main road is {@link io.ringfence.agent.Agent}.
 */
package io.ringfence.agent;
