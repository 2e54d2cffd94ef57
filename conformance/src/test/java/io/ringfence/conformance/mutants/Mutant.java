package io.ringfence.conformance.mutants;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A ruleset broken on purpose.
 *
 * @param change what was done to it, and where
 */
record Mutant(MutationKind kind, String change, JsonNode ruleset) {}
