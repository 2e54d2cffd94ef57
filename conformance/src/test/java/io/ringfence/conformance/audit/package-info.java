/** {@code bench/audit}: how fast decisions become durable. */
package io.ringfence.conformance.audit;
