/**
 * What the gateway records of its decisions: an append-only, hash-chained log whose records are
 * durable before an answer begins. No record has a field for what a client sent.
 */
package io.ringfence.gateway.audit;
