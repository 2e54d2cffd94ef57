/**
 * The road of one request through the gateway, in one place: understand, decide, record, ask,
 * check, answer. What it needs of the world comes in as interfaces.
 */
package io.ringfence.gateway.exchange;
