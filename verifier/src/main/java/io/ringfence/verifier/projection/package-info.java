/** The flows that a blueprint permits, as boxes of exact sets. */
package io.ringfence.verifier.projection;
