/**
 * A blueprint's deployment from network namespaces on one Linux machine: build it, probe it, attack
 * it, take it down. The main road is {@link io.ringfence.lab.Lab}.
 */
package io.ringfence.lab;
