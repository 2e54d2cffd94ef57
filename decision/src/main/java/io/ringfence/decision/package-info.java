/**
 * The reference meaning of a blueprint: slow, short, and to be checked by eye against LANGUAGE.md.
 */
package io.ringfence.decision;
