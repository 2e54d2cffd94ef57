/**
 * Real databases in the lab: fetched once, run unprivileged inside a namespace, seeded with vectors
 * of two tenants, asked from other namespaces.
 */
package io.ringfence.lab.engine;
