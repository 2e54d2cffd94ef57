/**
 * Traces of requests: what of a request took how long, for those that are chosen to be traced.
 * Nothing here sends anything.
 */
package io.ringfence.gateway.trace;
