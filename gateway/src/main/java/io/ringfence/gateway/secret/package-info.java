/** Secrets, read from where the blueprint says they are, and never printed. */
package io.ringfence.gateway.secret;
