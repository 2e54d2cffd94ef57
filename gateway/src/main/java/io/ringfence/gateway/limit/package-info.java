/** Bounds on what callers may ask, and how often; what is past one is refused, and not queued. */
package io.ringfence.gateway.limit;
