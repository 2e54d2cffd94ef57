/** Least privilege: what a blueprint leaves open that seems not meant. One check, one class. */
package io.ringfence.verifier.lint;
