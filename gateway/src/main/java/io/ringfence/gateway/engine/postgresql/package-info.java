/**
 * PostgreSQL with pgvector: what a statement would do, its scope, and what an error may say. It
 * does no I/O; the wire protocol is {@code gateway.wire.postgresql}.
 */
package io.ringfence.gateway.engine.postgresql;
