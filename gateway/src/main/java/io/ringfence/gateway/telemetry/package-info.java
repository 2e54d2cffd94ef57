/**
 * What the gateway sends of its signals: traces, audit records and its own lines, as
 * OpenTelemetry's protocol (OTLP over HTTPS). Nothing of it holds up a request.
 */
package io.ringfence.gateway.telemetry;
