/**
 * {@code bench/isolation}: a tenant's answers through the gateway, beside those of a database that
 * holds this tenant's data alone.
 */
package io.ringfence.conformance.isolation;
