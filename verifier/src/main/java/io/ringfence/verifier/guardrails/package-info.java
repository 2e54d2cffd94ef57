/** The proof of each kind of guardrail, and of physical isolation. */
package io.ringfence.verifier.guardrails;
