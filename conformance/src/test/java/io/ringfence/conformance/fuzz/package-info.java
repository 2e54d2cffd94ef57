/** What reads text or bytes of others, fuzzed by Jazzer: no crash, no hang, bounded memory. */
package io.ringfence.conformance.fuzz;
