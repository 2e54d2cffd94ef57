/** What operators see of a running gateway: metrics, logs, and what is only observed. */
package io.ringfence.gateway.signal;
