/**
 * What a blueprint permits at a gateway, compiled ahead: who is a tenant, what collections are
 * called, and the verdict on an operation. Values in, values out; equal to the reference meaning in
 * {@code decision}, and fast.
 */
package io.ringfence.gateway.policy;
