/**
 * A request on its way through the gateway, whatever its engine: what it would do, what of the data
 * its caller may see, which questions to the database answer it, and how it is refused. Values
 * only; sockets are elsewhere.
 */
package io.ringfence.gateway.request;
