/**
 * PostgreSQL's wire protocol, versions 3.0 and 3.2, towards clients and, 3.0, towards the database.
 * What statements mean is told by {@code gateway.engine.postgresql}.
 */
package io.ringfence.gateway.wire.postgresql;
