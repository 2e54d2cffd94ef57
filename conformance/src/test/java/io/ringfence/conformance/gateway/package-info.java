/** The gateway as a whole: sockets, identities, policy, real databases and their own clients. */
package io.ringfence.conformance.gateway;
