/**
 * What a request costs at the gateway, beside the proxies that people would use in its place. The
 * database behind all of them is a stand-in that answers at once.
 */
package io.ringfence.conformance.throughput;
