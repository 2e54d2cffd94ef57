/** What is verified, what a check is, and what one finds. */
package io.ringfence.verifier.subject;
