/** Our reading of SQL beside PostgreSQL's own grammar, on statements made and mutated by chance. */
package io.ringfence.conformance.sql;
