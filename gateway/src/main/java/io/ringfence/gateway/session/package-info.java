/** A principal's time-bound, re-checked permission to use one access rule. */
package io.ringfence.gateway.session;
