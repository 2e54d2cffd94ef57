/**
 * Rulesets broken on purpose: {@code Mutants} is the main road, {@code Mutator} breaks, {@code
 * WitnessReplay} has the kernel act out what read-back says, {@code Equivalence} asks a solver.
 */
package io.ringfence.conformance.mutants;
