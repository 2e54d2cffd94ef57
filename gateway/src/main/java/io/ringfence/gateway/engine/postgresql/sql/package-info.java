/**
 * SQL as text and as a tree: lexed exactly as PostgreSQL lexes, parsed by a subset of its grammar
 * that refuses the rest, and printed anew. What a statement may do is told by the package above.
 */
package io.ringfence.gateway.engine.postgresql.sql;
