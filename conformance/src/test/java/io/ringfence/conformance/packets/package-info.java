/**
 * What a rendered ruleset costs the kernel: {@code bench/packets} opens connections through routers
 * whose policies have few and many rules.
 */
package io.ringfence.conformance.packets;
