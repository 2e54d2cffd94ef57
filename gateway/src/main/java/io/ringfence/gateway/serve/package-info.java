/** Composes a running gateway from a blueprint, and keeps it running as the blueprint changes. */
package io.ringfence.gateway.serve;
