/**
 * What a database's own settings leave open that the gateway cannot close: read from its catalogue,
 * and judged by values alone.
 */
package io.ringfence.gateway.doctor;
