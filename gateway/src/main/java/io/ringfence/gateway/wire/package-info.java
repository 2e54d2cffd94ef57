/** The gateway's sockets: TLS, HTTP and the connections to the databases. */
package io.ringfence.gateway.wire;
