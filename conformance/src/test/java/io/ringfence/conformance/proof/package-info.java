/** How long the proof of a large blueprint takes, beside an evaluation of every pair. */
package io.ringfence.conformance.proof;
