/** The words of the glossary as values: a blueprint and everything it names. JDK only, no I/O. */
package io.ringfence.model;
