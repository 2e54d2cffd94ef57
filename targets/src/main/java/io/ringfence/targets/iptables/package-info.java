/**
 * Reads what {@code iptables-save} and {@code ip6tables-save} print into libnftables JSON of the
 * same meaning. What has none there stays as it was written, for the reader to be careful with.
 */
package io.ringfence.targets.iptables;
