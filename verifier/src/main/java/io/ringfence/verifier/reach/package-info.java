/** Who reaches whom: between two places, between all segments, and hop after hop. */
package io.ringfence.verifier.reach;
