/**
 * Rooms that break the rules, one class for each way: {@link
 * io.ringfence.conformance.ArchitectureTest} proves on them that its rules can fail. Nothing here
 * runs.
 */
package io.ringfence.conformance.badrooms;
